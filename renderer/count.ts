// Made once: a formatter costs far more than what it formats.
const whole = new Intl.NumberFormat('en');

/** A whole number as people read it: `9,730`. */
export const count = (value: number): string => whole.format(value);
