/** What went over a transport since it began; `connections` are those open now, where there are any. */
export interface Counters {
  requests: number;
  openStreams: number;
  bytesIn: number;
  connections?: number;
}

/** Addresses without port: of this machine, and of what it spoke to (the server, or the proxy before it). */
export interface Way {
  from: string;
  to: string;
}

/**
 * The far end of a cluster, as the app sees it: HTTP requests, byte streams, upgraded channels.
 * `createHttpTransport` speaks to a real server; the practice cluster implements the same in memory.
 */
export interface Transport {
  /** Whole answer. Any HTTP status resolves; only failing to get an answer rejects, with a `Failure`. */
  request(request: TransportRequest): Promise<TransportResponse>;
  /** Streaming answer (watch, log follow). `body` ends when the server ends it, throws a `Failure` when cut. Reading applies back-pressure. */
  stream(request: TransportRequest): Promise<TransportStream>;
  /** WebSocket of the Kubernetes channel protocol (exec, attach). */
  channel(request: ChannelRequest): Promise<Channel>;
  /** Drops all pooled connections now (after sleep, a network change); running streams end with a Failure. */
  reset(): void;
  /** Ends everything; later calls reject with CANCELLED. */
  close(): void;
  /** What its open connections run over, one entry each; while none is open, the last one. */
  ways(): Way[];
  /** Counted by the transport itself, for the request budget. */
  readonly counters: Counters;
}

export interface TransportRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query below the server's URL, already encoded, e.g. `/api/v1/pods?limit=500`. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
  /** Milliseconds until an answer must have begun; default 30 s. Streams: until headers. */
  timeoutMs?: number;
}
export interface TransportResponse {
  status: number;
  headers: Record<string, string>;
  /** Text; of a refusal in Protocol Buffers the JSON that it would be. */
  body: string;
  /** Of an answer in Protocol Buffers that is no refusal, in place of a body. */
  bytes?: Buffer;
}
export interface TransportStream {
  status: number;
  headers: Record<string, string>;
  /** A piece without bytes says that no more waits than `unreadMs` tells. */
  body: AsyncIterable<Uint8Array>;
  /** At most for how long what came and is not read yet has waited, ms; 0: nothing waits. Missing where that isn't known. */
  unreadMs?(): number;
  cancel(): void;
}

export interface ChannelRequest {
  path: string;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** One exec or attach connection: channel-tagged frames. Pings are the implementation's affair (every 5 s, dead after 60 s). */
export interface Channel {
  /** `v5.channel.k8s.io` or `v4.channel.k8s.io`. */
  readonly protocol: string;
  /** Frames in order: channel 1 stdout, 2 stderr, 3 error/status JSON. Not delivered while paused. */
  onData(handler: (channel: number, data: Uint8Array) => void): void;
  /** Once: undefined for a normal close, an Error (Failure) for a cut. */
  onClose(handler: (error?: Error) => void): void;
  /** Channel 0 stdin, 4 resize JSON, 255 close of a stream (v5). */
  send(channel: number, data: Uint8Array): void;
  pause(): void;
  resume(): void;
  close(): void;
}
