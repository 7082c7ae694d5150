export interface Identity {
  readonly pid: number
  readonly startedAt: string
}

export declare function look(pid: number): { name: string; parent: number; startedAt: string } | undefined
export declare function startOf(pid: number): string | undefined
export declare function isRunning(identity: Identity): boolean
