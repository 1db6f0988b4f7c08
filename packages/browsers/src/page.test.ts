import { expect, test } from 'vitest';
import type { Tab } from './browser.ts';
import { pageOver } from './page.ts';

/** A tab of which only `evaluate` is asked. */
function tabThat(evaluate: () => Promise<unknown>): Tab {
  return { evaluate } as Partial<Tab> as Tab;
}

test('a wait ends as soon as its function returns something true', async () => {
  const answers = [false, 0, '', null, 'yes'];
  await pageOver(tabThat(async () => answers.shift())).until('it is so', '() => so');
  expect(answers).toEqual([]);
});

test('a wait bears with a page that is on its way to another one', async () => {
  let calls = 0;
  const tab = tabThat(async () => {
    calls += 1;
    if (calls < 3) throw new Error('The page has gone.');
    return true;
  });
  await pageOver(tab).until('it is so', '() => so');
  expect(calls).toBe(3);
});

test('a wait that fails says what for, and why the last look failed', async () => {
  const page = pageOver(
    tabThat(() => Promise.reject(new Error('No wings'))),
    200,
  );
  await expect(page.until('pigs fly', '() => pigs.fly')).rejects.toThrow('Not within 0.2 seconds: pigs fly');
  await expect(page.sees({ role: 'img' })).rejects.toMatchObject({
    message: 'Not within 0.2 seconds: {"role":"img"} is there',
    cause: { message: 'No wings' },
  });
});
