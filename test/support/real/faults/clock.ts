import { readFileSync } from 'node:fs';

/**
 * Loaded before a program: its wall clock is ahead by as many milliseconds as the file SLUICE_TEST_CLOCK says. Timers
 * and performance.now() go on as they are, as they do when somebody sets a machine's clock.
 */
const file = process.env['SLUICE_TEST_CLOCK'];
const RealDate = Date;
let aheadMs = 0;

class ShiftedDate extends RealDate {
  constructor(...parts: [] | [value: number | string]) {
    if (parts.length === 0) super(ShiftedDate.now());
    else super(parts[0]);
  }
  static override now(): number {
    return RealDate.now() + aheadMs;
  }
}

if (file !== undefined) {
  globalThis.Date = ShiftedDate as DateConstructor;
  setInterval(() => void (aheadMs = Number(readFileSync(file, 'utf8'))), 50).unref();
}
