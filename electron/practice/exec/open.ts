import type { Channel, ChannelRequest } from '../../cluster/transport';
import { noResource } from '../status';
import type { World } from '../world';

export function openProgram(
  _world: World,
  _request: ChannelRequest,
  _counters: { openStreams: number; bytesIn: number },
): { channel: Channel; cut(error: Error): void; onEnd(run: () => void): void } {
  throw noResource();
}
