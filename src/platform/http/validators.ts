import type { FastifyServerOptions } from 'fastify'

type Ajv = Parameters<NonNullable<NonNullable<FastifyServerOptions['ajv']>['onCreate']>>[0]
type Validator = ReturnType<Ajv['compile']>

/**
 * Has validators made when the first request needs them: those of all routes would be a fifth of what a start takes, and most
 * processes never need most of them.
 */
export function compileLater(ajv: Ajv): void {
  const compile = ajv.compile.bind(ajv)
  ajv.compile = ((schema: Parameters<Ajv['compile']>[0]) =>
    madeLater(() => compile(schema))) as Ajv['compile']
}

function madeLater(make: () => Validator): Validator {
  let made: Validator | undefined
  const later = (data: unknown): unknown => {
    made ??= make()
    const isValid = made(data)
    // Where the server looks for what is wrong.
    later.errors = made.errors
    return isValid
  }
  later.errors = null as Validator['errors']
  return later as Validator
}
