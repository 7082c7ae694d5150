/** What a process under test tells of itself at one moment. */
export interface ProcessorMetrics {
  readonly commands: number
  readonly outcomes: number
  /** Committed ones. */
  readonly transactions: number
  /** Transactions whose end was not known, each followed by a rebuild of the partition from its log. */
  readonly givenUp: number
  /** Sum over the transactions, which run side by side. */
  readonly transactionSeconds: number
}

/** Reads the metrics of a process: the value of each series, 0 for one that there is not yet. */
export async function seriesIn(url: string): Promise<(series: string) => number> {
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) })
  const lines = (await response.text()).split('\n')
  return series => {
    const line = lines.find(line => line.startsWith(`${series} `))
    return line === undefined ? 0 : Number(line.slice(series.length + 1))
  }
}

/** Reads the processor's metrics from a process with that role. */
export async function processorMetrics(url: string): Promise<ProcessorMetrics> {
  const value = await seriesIn(url)
  return {
    commands: value('aegispay_processor_inputs_total{input="commands"}'),
    outcomes: value('aegispay_processor_inputs_total{input="outcomes"}'),
    transactions: value('aegispay_processor_transactions_total{result="committed"}'),
    givenUp: value('aegispay_processor_transactions_total{result="given_up"}'),
    transactionSeconds: value('aegispay_processor_transaction_seconds_sum')
  }
}
