// The learning policy beside chance and the truth, drawn as docs/routing-approval.svg.
import { compare } from '../routing-simulation/simulate.ts'

const WIDTH = 780
const HEIGHT = 340
const LEFT = 52
const RIGHT = 140
const TOP = 34
const BOTTOM = 42
const LEAST = 0.7
const MOST = 1

/** What the picture, and the text beside it, show. */
export const pictured = { seed: 'docs', payments: 20_000, hours: 120 }
const STRETCHES = 60

export function renderRoutingPicture(): string {
  const { hours, learner, roundRobin, oracle } = compare(pictured, STRETCHES)
  const x = (hour: number) => LEFT + (hour / pictured.hours) * (WIDTH - LEFT - RIGHT)
  const y = (part: number) => TOP + ((MOST - part) / (MOST - LEAST)) * (HEIGHT - TOP - BOTTOM)
  const path = (parts: readonly number[]) =>
    parts.map((part, i) => `${i === 0 ? 'M' : 'L'}${point(x(hours[i]!))} ${point(y(part))}`).join('')
  const line = (name: string, colour: string, parts: readonly number[]) => {
    const mean = parts.reduce((sum, part) => sum + part, 0) / parts.length
    const at = `x="${point(x(pictured.hours) + 8)}" y="${point(y(parts.at(-1)!) + 4)}"`
    return [
      `<path d="${path(parts)}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<text ${at} fill="${colour}">${name} ${(100 * mean).toFixed(1)} %</text>`
    ]
  }
  const ticks = [0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1].flatMap(part => [
    `<path d="M${LEFT} ${point(y(part))}H${WIDTH - RIGHT}" stroke="#8884" stroke-width="1"/>`,
    `<text x="${LEFT - 8}" y="${point(y(part) + 4)}" text-anchor="end">${Math.round(100 * part)} %</text>`
  ])
  const days = [0, 24, 48, 72, 96, 120].map(
    hour => `<text x="${point(x(hour))}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${hour} h</text>`
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#777">`,
    '<title>Approval of simulated payments over five days, by who routes them</title>',
    `<text x="${LEFT}" y="18">Payments approved, of 20,000 at four gateways that drift</text>`,
    ...[...ticks, ...days],
    ...line('oracle', '#2a9d5c', oracle),
    ...line('learning', '#2f6fde', learner),
    ...line('round robin', '#c8553d', roundRobin),
    '</svg>\n'
  ].join('\n')
}

const point = (value: number): string => value.toFixed(1)
