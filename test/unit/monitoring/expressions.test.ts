// Dashboards and alert rules name metrics and labels that there are.
import { describe, expect, test } from '@jest/globals'
import { parser } from '@prometheus-io/lezer-promql'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { metricsTable, type MetricEntry } from '../../../src/platform/metrics.ts'

const folder = join(import.meta.dirname, '../../../monitoring')
const catalogue: Readonly<Record<string, MetricEntry>> = metricsTable
/** Set by Prometheus. */
const EVERYWHERE = ['instance', 'job']

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string }
}

const rules = (
  parse(readFileSync(join(folder, 'alerts.yaml'), 'utf8')) as { groups: { rules: Rule[] }[] }
).groups.flatMap(group => group.rules)

const panels = readdirSync(folder)
  .filter(file => file.endsWith('.json'))
  .flatMap(file => {
    const { title, panels: all } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      title: string
      panels: { title: string; targets: { expr: string }[] }[]
    }
    return all.flatMap(panel =>
      panel.targets.map(({ expr }): [string, string] => [`${title}: ${panel.title}`, expr])
    )
  })
const expressions: [string, string][] = [
  ...rules.map(({ alert, expr }): [string, string] => [alert, expr]),
  ...panels
]

/** The entry, and whether the name stands for buckets, sum or count of a histogram. */
function entryOf(name: string): { entry: MetricEntry; labels: string[] } | undefined {
  const own = catalogue[name]
  if (own !== undefined && own.type !== 'histogram')
    return { entry: own, labels: [...own.labels, ...EVERYWHERE] }
  const [, base, suffix] = /^(.*)_(bucket|sum|count)$/.exec(name) ?? []
  const histogram = catalogue[base ?? '']
  if (histogram?.type !== 'histogram') return undefined
  return {
    entry: histogram,
    labels: [...histogram.labels, ...EVERYWHERE, ...(suffix === 'bucket' ? ['le'] : [])]
  }
}

interface Used {
  readonly selectors: { name: string; matched: string[]; rated: boolean }[]
  readonly grouped: string[]
  readonly faults: number
}

function usedIn(expression: string): Used {
  // Grafana puts an interval there.
  const text = expression.replaceAll('$__rate_interval', '5m')
  const used: { -readonly [K in keyof Used]: Used[K] } = { selectors: [], grouped: [], faults: 0 }
  const calls: string[] = []
  parser.parse(text).iterate({
    enter(node) {
      const word = text.slice(node.from, node.to)
      if (node.type.isError) used.faults++
      if (node.name === 'FunctionCall') calls.push(word.slice(0, word.indexOf('(')))
      if (node.name === 'VectorSelector') {
        const rated = ['rate', 'increase'].includes(calls.at(-1) ?? '')
        used.selectors.push({ name: /^[a-z_]+/.exec(word)![0], matched: [], rated })
      }
      if (node.name === 'LabelName') {
        if (node.node.parent?.name === 'GroupingLabels') used.grouped.push(word)
        else used.selectors.at(-1)!.matched.push(word)
      }
    },
    leave(node) {
      if (node.name === 'FunctionCall') calls.pop()
    }
  })
  return used
}

test('there are dashboards and alert rules', () => {
  expect(rules.length).toBeGreaterThan(10)
  expect(panels.length).toBeGreaterThan(20)
})

describe.each(expressions)('%s', (_, expression) => {
  const { selectors, grouped, faults } = usedIn(expression)

  test('is PromQL', () => {
    expect(faults).toBe(0)
    expect(selectors.length).toBeGreaterThan(0)
  })

  test('names metrics and labels of the catalogue', () => {
    for (const { name, matched } of selectors) {
      const found = entryOf(name)
      expect([name, found]).toEqual([name, expect.anything()])
      for (const label of [...matched, ...grouped]) expect([name, ...found!.labels]).toContain(label)
    }
  })

  test('takes rates of what only grows, and nothing else of it', () => {
    for (const { name, rated } of selectors)
      expect([name, rated]).toEqual([name, entryOf(name)!.entry.type !== 'gauge'])
  })
})

test('every alert says what is wrong, what to do first, and whether that can wait', () => {
  for (const { alert, labels, annotations } of rules) {
    expect([alert, labels.severity]).toEqual([alert, expect.stringMatching(/^(page|ticket)$/)])
    expect(annotations.summary.length).toBeGreaterThan(10)
    expect(annotations.description.length).toBeGreaterThan(10)
  }
})
