/** docs/operate/at-3-am.md: its rules parse, and every name in it is one that the bridge, the core or the command line has. */
import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { tellEverything } from './everything.ts';
import { observed } from './telemetry.ts';

const PAGE = readFileSync(new URL('../../../docs/operate/at-3-am.md', import.meta.url), 'utf8');
const [, YAML = ''] = /```yaml\n([\s\S]*?)```/.exec(PAGE) ?? [];

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}
const { groups } = parse(YAML) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
const RULES = groups.flatMap(({ rules }) => rules);

/** The commands of `npx @mfakit/cli`. */
const COMMANDS =
  'init keygen migrate check status list stats unlock reset enforce exempt rekey keys import history prune outbox';

/** What Prometheus would know: names, and for each label its values. */
async function known(): Promise<{ readonly names: Set<string>; readonly values: Map<string, Set<string>> }> {
  const telemetry = observed();
  tellEverything(telemetry);
  const names = new Set<string>();
  const values = new Map<string, Set<string>>();
  for (const line of (await telemetry.exposition()).split('\n')) {
    const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    if (name !== '') names.add(name);
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
      values.set(label, (values.get(label) ?? new Set()).add(value));
    }
  }
  return { names, values };
}

/** Whether the grammar of Prometheus takes an expression. */
function parses(expr: string): boolean {
  let sound = expr.trim() !== '';
  parser.parse(expr).iterate({ enter: ({ type }) => void (sound = sound && !type.isError) });
  return sound;
}

test('the rules are what Prometheus expects of a file of rules', () => {
  expect(RULES.length).toBeGreaterThan(10);
  expect(new Set(RULES.map(({ alert }) => alert)).size).toBe(RULES.length);
  for (const { alert, annotations, labels, for: wait = '1m', ...rest } of RULES) {
    expect(alert).toMatch(/^Mfakit\w+$/);
    expect([Object.keys(rest), labels.severity, annotations.summary.length > 10]).toEqual([
      ['expr'],
      expect.stringMatching(/^(?:page|ticket)$/),
      true,
    ]);
    expect(wait).toMatch(/^\d+m$/);
  }
});

test.each(RULES)('$alert: PromQL parses', ({ expr }) => {
  expect(parses(expr)).toBe(true);
});

test('an expression that does not parse is found', () => {
  expect(parses('sum(rate(a[2m]) > 0')).toBe(false);
  expect(parses('rate(a[2 minutes])')).toBe(false);
});

test('every metric, label and value on the page is one that exists', async () => {
  const { names, values } = await known();
  const metrics = [...PAGE.matchAll(/\bmfakit_\w+/g)].map(([name]) => name);
  // Prometheus adds the endings of a histogram.
  const bases = new Set([...names].map((name) => name.replace(/_(?:bucket|sum|count)$/, '')));
  expect(metrics.length).toBeGreaterThan(20);
  expect(metrics.filter((name) => !names.has(name) && !bases.has(name.replace(/_bucket$/, '')))).toEqual([]);
  const selectors = [...PAGE.matchAll(/\b(type|operation|reason|method|code|work|call|outcome)=~?"([^"]*)"/g)];
  expect(selectors.length).toBeGreaterThan(20);
  const wrong = selectors.flatMap(([, label = '', value = '']) =>
    value.split('|').filter((each) => values.get(label)?.has(each) !== true),
  );
  expect(wrong).toEqual([]);
  const events = [...PAGE.matchAll(/`(\w+)`(?:(?:,| and) `(\w+)`)? events/g)].flatMap(([, a = '', b = a]) => [a, b]);
  expect(events.length).toBeGreaterThan(5);
  expect(events.filter((type) => values.get('type')?.has(type) !== true)).toEqual([]);
});

test('every command on the page is one of the command line', () => {
  const used = [...PAGE.matchAll(/npx @mfakit\/cli (\w+)/g)].map(([, command = '']) => command);
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((command) => !COMMANDS.split(' ').includes(command))).toEqual([]);
  expect([...PAGE.matchAll(/npx @mfakit\/cli/g)]).toHaveLength(used.length);
});
