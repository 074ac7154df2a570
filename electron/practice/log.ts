import type { Answer, Request } from './http';
import { noResource, Refusal } from './status';
import { refused } from './http';
import type { Sink } from './stream';
import type { World } from './world';

export function answerLog(_world: World, _request: Request, _sink: Sink): Answer | null {
  const thrown = noResource();
  if (thrown instanceof Refusal) return refused(thrown);
  return null;
}
