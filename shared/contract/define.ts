import type { z } from 'zod';

/** One call of the contract: how its input is parsed, what it gives back. */
export interface Call<I extends z.ZodType = z.ZodType, O = unknown> {
  input: I;
  /** Never read at run time; carries the output's type. */
  output: () => O;
}

/** `call(schema)<Output>()` */
export function call<I extends z.ZodType>(input: I) {
  return <O>(): Call<I, O> => ({ input, output: () => undefined as O });
}
