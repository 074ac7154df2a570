import { describe, expect, it } from 'vitest';
import { createFlow } from './flow';
import { bytesOf, chance, handClock, textOf } from './testing';
import { concat } from './utf8';

function world(options: { high?: number; low?: number; chunk?: number } = {}) {
  const clock = handClock();
  const posts: Uint8Array[] = [];
  const calls: string[] = [];
  const flow = createFlow({
    clock,
    post: (data) => posts.push(data),
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
    ...options,
  });
  return { clock, posts, calls, flow };
}

describe('flow to a slow terminal', () => {
  it('gathers small pieces into one post', () => {
    const { clock, posts, flow } = world();
    for (const char of 'hello') flow.push(bytesOf(char));
    expect(posts).toHaveLength(0);
    clock.advance(8);
    expect(posts.map(textOf)).toEqual(['hello']);
  });

  it('pauses the source at 100,000 unacknowledged bytes and resumes under 5,000', () => {
    const { calls, flow } = world();
    flow.push(new Uint8Array(99_999));
    expect(calls).toEqual([]);
    flow.push(new Uint8Array(1));
    expect(calls).toEqual(['pause']);
    flow.ack(95_000);
    expect(calls).toEqual(['pause']);
    flow.ack(1);
    expect(calls).toEqual(['pause', 'resume']);
  });

  it('posts nothing past the window while nobody acknowledges, and loses nothing', () => {
    const { clock, posts, flow } = world();
    for (let i = 0; i < 40; i++) flow.push(new Uint8Array(10_000).fill(i));
    clock.advance(1000);
    const sent = () => posts.reduce((sum, post) => sum + post.length, 0);
    expect(sent()).toBeLessThan(100_000 + 32_768);
    while (flow.waiting + flow.unacknowledged > 0) flow.ack(flow.unacknowledged);
    expect(sent()).toBe(400_000);
  });

  it('never holds more than the window and one piece of a flood when the source obeys', () => {
    const random = chance(7);
    let paused = false;
    let most = 0;
    const clock = handClock();
    const inFlight: number[] = [];
    const flow = createFlow({
      clock,
      post: (data) => inFlight.push(data.length),
      pause: () => (paused = true),
      resume: () => (paused = false),
    });
    for (let fed = 0; fed < 50_000_000;) {
      if (!paused) {
        flow.push(new Uint8Array(65_536));
        fed += 65_536;
      }
      most = Math.max(most, flow.waiting + flow.unacknowledged);
      if (random() < 0.5) clock.advance(8);
      if (paused || random() < 0.3) flow.ack(inFlight.shift() ?? 0);
    }
    expect(most).toBeLessThan(100_000 + 65_536);
  });

  it('cuts every post at a character, whatever the pieces', () => {
    const text = 'aé€🐦漢\n'.repeat(4000);
    const bytes = bytesOf(text);
    for (let seed = 1; seed <= 20; seed++) {
      const random = chance(seed);
      const { clock, posts, flow } = world({ chunk: 1000 });
      for (let at = 0; at < bytes.length;) {
        const size = 1 + Math.floor(random() * 700);
        flow.push(bytes.slice(at, at + size));
        at += size;
        if (random() < 0.3) clock.advance(8);
        flow.ack(flow.unacknowledged);
      }
      flow.flush(true);
      while (flow.waiting > 0) flow.ack(flow.unacknowledged);
      const strict = new TextDecoder('utf-8', { fatal: true });
      expect(posts.map((post) => strict.decode(post)).join('')).toBe(text);
    }
  });

  it('gives half a character only at the end', () => {
    const { clock, posts, flow } = world();
    flow.push(bytesOf('a€').slice(0, 3));
    clock.advance(8);
    expect(posts.map(textOf)).toEqual(['a']);
    flow.flush(true);
    expect(concat(posts)).toHaveLength(3);
  });

  it('bears a reader that acknowledges at once', () => {
    const clock = handClock();
    let sent = 0;
    const flow = createFlow({
      clock,
      post(data) {
        sent += data.length;
        flow.ack(data.length);
      },
      pause: () => undefined,
      resume: () => undefined,
    });
    flow.push(new Uint8Array(100_000_000));
    clock.advance(8);
    expect(sent).toBe(100_000_000);
    expect(flow.unacknowledged).toBe(0);
  });

  it('says when all is posted', () => {
    const { flow } = world();
    let done = false;
    flow.push(new Uint8Array(150_000));
    flow.drained(() => (done = true));
    expect(done).toBe(false);
    while (flow.waiting > 0) flow.ack(flow.unacknowledged);
    expect(done).toBe(true);
  });
});
