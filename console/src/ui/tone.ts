/** How good or bad something is. */
export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'plain'
