export declare function installStamp(root: string): string
