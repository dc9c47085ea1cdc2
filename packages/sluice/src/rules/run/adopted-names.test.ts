import { describe, expect, it } from 'vitest';
import type { CanaryStatus } from '../../api/canary-status.ts';
import { adoptedNames, encodeStatus, decodeStatus } from './adopted-names.ts';

const left: CanaryStatus = {
  phase: 'Failed',
  failedChecks: 0,
  canaryWeight: 0,
  iterations: 0,
  lastAppliedSpec: '6667bf6dc8',
  lastPromotedSpec: '67d7599449',
  trackedConfigs: { 'configmap/logo': '74234e98afe7498f', 'secret/key': '3930f0692c2295eb' },
};
const ours = {
  lastAppliedSpec: 'v1:new',
  lastPromotedSpec: 'v1:old',
  trackedConfigs: { 'configmap/logo': 'aaaa', 'secret/key': '3930f0692c2295eb' },
};
const adopted: CanaryStatus = { ...left, ...ours, adopted: adoptedNames(left, ours) };

describe('a status that was adopted', () => {
  it('is written as it was left, and read by our names', () => {
    const { adopted: names, ...written } = encodeStatus(adopted);
    expect(written).toEqual(left);
    expect(Object.keys(names?.trackedConfigs ?? {})).toEqual(['configmap/logo']);
    expect(decodeStatus(encodeStatus(adopted))).toEqual(adopted);
  });

  it('forgets a name that nothing goes by any more, and keeps the others', () => {
    const failed = encodeStatus({ ...adopted, lastAppliedSpec: 'v1:newer', trackedConfigs: null });
    expect(failed).toMatchObject({ lastAppliedSpec: 'v1:newer', lastPromotedSpec: '67d7599449' });
    expect(failed.adopted).toEqual({ lastPromotedSpec: { theirs: '67d7599449', ours: 'v1:old' } });
    const promoted = encodeStatus({ ...failed, lastPromotedSpec: 'v1:newer' });
    expect(promoted.adopted).toBeUndefined();
  });

  it('says what another program wrote meanwhile by its own name', () => {
    const written = { ...encodeStatus(adopted), lastAppliedSpec: 'b9b7c47c' };
    expect(decodeStatus(written).lastAppliedSpec).toBe('b9b7c47c');
  });

  it('tells two names of one field apart from those of another', () => {
    const same = { ...left, lastPromotedSpec: left.lastAppliedSpec ?? '' };
    const unclear = { ...ours, lastPromotedSpec: 'adopted' };
    const status = { ...same, ...unclear, adopted: adoptedNames(same, unclear) };
    expect(decodeStatus(encodeStatus(status))).toEqual(status);
  });
});

describe('a status that nobody left', () => {
  it('stays what it is', () => {
    const own: CanaryStatus = { ...left, lastAppliedSpec: 'v1:a', lastPromotedSpec: 'v1:a' };
    expect(encodeStatus(own)).toBe(own);
    expect(decodeStatus(own)).toBe(own);
    expect(adoptedNames(own, { lastAppliedSpec: 'v1:a', trackedConfigs: {} })).toEqual({});
  });
});
