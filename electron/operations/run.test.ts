import { describe, expect, it } from 'vitest';
import type { OperationInfo } from '../../shared/bots';
import { Failure } from '../../shared/errors';
import { systemClock } from '../cluster';
import { createRunner, type Plan, type Task } from './run';

function setUp() {
  const told: OperationInfo[] = [];
  const gone: string[] = [];
  let next = 0;
  const runner = createRunner({
    clock: systemClock,
    newId: () => `op-${next++}`,
    emit: (info) => told.push(info),
    gone: (id) => gone.push(id),
  });
  const plan = (work: (task: Task) => Promise<string>, change: Partial<Plan> = {}): Plan => ({
    kind: 'stop',
    bot: { clusterId: 'c', namespace: 'n', name: 'eth-1' },
    clusterName: 'Frankfurt',
    steps: [
      { key: 'one', title: 'One' },
      { key: 'two', title: 'Two' },
    ],
    work,
    ...change,
  });
  return { runner, told, gone, plan };
}

describe('an operation', () => {
  it('tells each step and its result', async () => {
    const { runner, told, plan } = setUp();
    const id = runner.start(
      plan(
        async (task) => (
          task.step('one', 'running'),
          task.step('one', 'done', 'x'),
          task.step('two', 'running'),
          'Good.'
        ),
      ),
    );
    await runner.ended(id);
    expect(told.map((info) => info.steps.map((step) => step.state).join())).toEqual([
      'waiting,waiting',
      'running,waiting',
      'done,waiting',
      'done,running',
      'done,done',
    ]);
    expect(told.at(-1)).toMatchObject({ outcome: 'done', message: 'Good.', actions: ['dismiss'] });
  });

  it('fails at its running step and offers what is possible', async () => {
    const { runner, told, plan } = setUp();
    const work = async (task: Task): Promise<string> => {
      task.step('one', 'running');
      throw new Failure({ code: 'FORBIDDEN', message: 'You may not.' });
    };
    let again = 0;
    const id = runner.start(
      plan(work, { then: { retry: () => `again-${again++}` }, offers: () => ['retry', 'cleanUp'] }),
    );
    await runner.ended(id);
    expect(told.at(-1)).toMatchObject({
      outcome: 'failed',
      actions: ['retry', 'dismiss'],
      error: { code: 'FORBIDDEN' },
    });
    expect(told.at(-1)!.steps.map((step) => step.state)).toEqual(['failed', 'skipped']);
    runner.act(id, 'retry');
    expect(again).toBe(1);
    expect(runner.list()).toEqual([]);
    expect(() => runner.act(id, 'retry')).toThrow(/no longer possible/);
  });

  it('stops waiting when cancelled, and says so in its own words', async () => {
    const { runner, told, plan } = setUp();
    const id = runner.start(
      plan(async (task) => (await task.sleep(60_000), 'late'), { cancelled: () => 'It goes on by itself.' }),
    );
    runner.act(id, 'cancel');
    await runner.ended(id);
    expect(told.at(-1)).toMatchObject({ outcome: 'cancelled', message: 'It goes on by itself.', error: null });
  });

  it('is forgotten when dismissed, but not while it runs', async () => {
    const { runner, gone, plan } = setUp();
    const id = runner.start(plan((task) => task.sleep(10).then(() => 'Done.')));
    expect(() => runner.act(id, 'dismiss')).toThrow();
    await runner.ended(id);
    runner.act(id, 'dismiss');
    expect(gone).toEqual([id]);
  });

  it('knows when it ends because the app does, and tells nothing more', async () => {
    const { runner, told, plan } = setUp();
    let ending: boolean | null = null;
    const id = runner.start(
      plan(async (task) => {
        try {
          await task.sleep(60_000);
        } finally {
          ending = task.ending;
        }
        return '';
      }),
    );
    const end = runner.ended(id);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const before = told.length;
    runner.dispose();
    await end;
    expect(ending).toBe(true);
    expect(told).toHaveLength(before);
  });
});
