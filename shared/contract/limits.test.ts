import { z } from 'zod';
import { expect, it } from 'vitest';
import { contract } from '.';

/** Every text the schema takes in, by its place, that has no upper length. */
function boundless(schema: z.ZodType, place: string): string[] {
  if (schema instanceof z.ZodString) return schema.maxLength === null ? [place] : [];
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, one]) =>
      boundless(one, `${place}.${key}`),
    );
  if (schema instanceof z.ZodArray) return boundless(schema.element as z.ZodType, `${place}[]`);
  if (schema instanceof z.ZodRecord)
    return [
      ...boundless(schema.keyType as z.ZodType, `${place} keys`),
      ...boundless(schema.valueType as z.ZodType, `${place}.*`),
    ];
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((one, index) => boundless(one as z.ZodType, `${place}|${index}`));
  const inner = (schema.def as { innerType?: z.ZodType }).innerType;
  return inner ? boundless(inner, place) : [];
}

it('takes in no text of any length from the page', () => {
  const found = Object.entries(contract).flatMap(([name, call]) => boundless(call.input, name));
  expect(found).toEqual([]);
});

it('notices one', () => {
  const schema = z.object({
    a: z.array(z.string()).optional(),
    b: z.string().max(3),
    c: z.record(z.string(), z.int()),
  });
  expect(boundless(schema, 'x')).toEqual(['x.a[]', 'x.c keys']);
});
