// A project of a user's, with the package as a user gets it: packed, and installed elsewhere.
import { afterAll } from '@jest/globals'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..', '..', '..')
const packages = join(root, 'node_modules')
const execute = promisify(execFile)

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

export class Project {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async withPackage(): Promise<Project> {
    const folder = mkdtempSync(join(tmpdir(), 'aegispay-package-'))
    folders.push(folder)
    // Packed in a copy, since two test runs may be at it at the same time.
    const copy = join(folder, 'repository')
    mkdirSync(join(copy, 'client'), { recursive: true })
    for (const part of [
      'tsconfig.json',
      ...['package.json', 'tsconfig.json', 'src', 'README.md'].map(of => `client/${of}`)
    ])
      cpSync(join(root, part), join(copy, part), { recursive: true })
    symlinkSync(packages, join(copy, 'node_modules'))
    const project = new Project(join(folder, 'project'))
    mkdirSync(project.#folder)
    project.write('package.json', JSON.stringify({ name: 'shop', private: true, type: 'module' }))
    await execute('npm', ['pack', '--pack-destination', folder], {
      cwd: join(copy, 'client'),
      env: environment(folder)
    })
    const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'))!
    await project.run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, tarball)])
    return project
  }

  write(name: string, content: string): void {
    writeFileSync(join(this.#folder, name), content)
  }

  /** Names in a folder of its packages, those that begin with a dot left out. */
  installed(path = ''): string[] {
    return readdirSync(join(this.#folder, 'node_modules', path)).filter(name => !name.startsWith('.'))
  }

  /** Has packages of this repository, too, as if they had been installed. */
  add(...names: string[]): void {
    for (const name of names) symlinkSync(join(packages, name), join(this.#folder, 'node_modules', name))
  }

  /** Takes a file of this repository along. */
  copy(path: string, as: string): void {
    cpSync(join(root, path), join(this.#folder, as))
  }

  /**
   * Compiles strictly.
   * @throws what the compiler finds
   */
  async compile(files: readonly string[], options: object): Promise<void> {
    const strict = { strict: true, exactOptionalPropertyTypes: true, module: 'nodenext', target: 'es2022' }
    this.write('tsconfig.json', JSON.stringify({ compilerOptions: { ...strict, ...options }, files }))
    await this.run('tsc', ['-p', '.'])
  }

  /** What a program says. @throws when it fails */
  async run(command: string, args: readonly string[]): Promise<string> {
    const { stdout } = await execute(command, args, { cwd: this.#folder, env: environment(this.#folder) })
    return stdout
  }
}

const environment = (home: string): NodeJS.ProcessEnv => ({
  PATH: `${join(packages, '.bin')}:${process.env['PATH'] ?? ''}`,
  HOME: home
})
