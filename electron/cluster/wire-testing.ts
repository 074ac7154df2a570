// What a server writes, by hand: fields of Protocol Buffers as the specification has them.
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
export const field = (number: number, content: Buffer | string | number): Buffer => {
  if (typeof content === 'number') return Buffer.from([...varint(number * 8), ...varint(content)]);
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
};
export const fields = (...all: Buffer[]) => Buffer.concat(all);
/** An object as it stands by itself. */
export const alone = (kind: string, raw: Buffer) =>
  fields(Buffer.from('k8s\0'), field(1, fields(field(1, 'v1'), field(2, kind))), field(2, raw));
/** An event of a watch. */
export const frame = (type: string, object: Buffer) => {
  const event = fields(field(1, type), field(2, field(1, object)));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(event.length);
  return fields(head, event);
};
