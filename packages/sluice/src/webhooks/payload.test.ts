import { describe, expect, it } from 'vitest';
import { encodePayload } from './encode-payload.ts';
import { eventPayload, questionPayload } from './payload.ts';

const context = { name: 'podinfo', namespace: 'test', phase: 'Progressing', checksum: 'abc' };
const happened = { message: 'New revision detected', eventType: 'Normal', at: '2026-01-01T00:00:00.123Z' };

describe('payloads', () => {
  it('a hook without a type asks as rollout', () => {
    expect(questionPayload(context, { type: '' })).toEqual({ ...context, type: 'rollout' });
  });

  it('an empty metadata map is left out, as Flagger does', () => {
    expect(questionPayload(context, { type: 'rollback', metadata: {} })).not.toHaveProperty('metadata');
  });

  it('an event tells its message, its type and its time in milliseconds, as strings', () => {
    const metadata = { cluster: 'flagger-test' };
    expect(eventPayload(context, { type: 'event', metadata }, happened).metadata).toEqual({
      cluster: 'flagger-test',
      eventMessage: 'New revision detected',
      eventType: 'Normal',
      timestamp: '1767225600123',
    });
  });

  it('metadata of the user never override what happened', () => {
    const metadata = { eventMessage: 'x', eventType: 'x', timestamp: 'x', mine: 'y' };
    expect(eventPayload(context, { metadata }, happened).metadata).toEqual({
      eventMessage: 'New revision detected',
      eventType: 'Normal',
      timestamp: '1767225600123',
      mine: 'y',
    });
  });
});

describe('the body of a request', () => {
  it("has Flagger's keys first, metadata sorted by bytes, then ours", () => {
    const metadata = { b: '2', '10': 'ten', '9': 'nine', a: '1', Z: '0' };
    const payload = { ...questionPayload(context, { type: 'rollout', metadata }), runId: 'r1', weight: 10 };
    expect(encodePayload(payload, 'd1', 2)).toBe(
      '{"name":"podinfo","namespace":"test","phase":"Progressing","checksum":"abc",' +
        '"metadata":{"10":"ten","9":"nine","Z":"0","a":"1","b":"2"},' +
        '"type":"rollout","runId":"r1","weight":10,"deliveryId":"d1","attempt":2}',
    );
  });

  it("escapes as Go's JSON does, and stays the same JSON", () => {
    const metadata = { cmd: 'hey -z 1m "http://a/?x=1&y=<2>" \u2028 \ud800' };
    const body = encodePayload(questionPayload(context, { metadata }), 'd1', 1);
    expect(body).toContain('\\u003c2\\u003e');
    expect(body).toContain('\\u0026y');
    expect(body).toContain('\\u2028 \ufffd');
    expect(JSON.parse(body)).toMatchObject({ metadata: { cmd: metadata.cmd.replace('\ud800', '\ufffd') } });
  });
});
