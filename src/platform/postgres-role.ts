import pg from 'pg'

/** What the login lacks to make a role, or to take it on. The message says what an administrator has to run. */
export class RoleUnfitError extends Error {
  override readonly name = 'RoleUnfitError'
}

/** SQLSTATE insufficient_privilege. */
const NOT_ALLOWED = '42501'
/** SQLSTATE duplicate_object and unique_violation: another process, maybe on another database, was faster. */
const MADE_MEANWHILE = ['42710', '23505']

/**
 * Sees to it that a role without login is there, that it is held by row-level security, and that the client's login can
 * take it on. Roles belong to the server, not to one of its databases.
 *
 * @throws RoleUnfitError when the login may not do what is missing
 */
export async function ensureRole(db: pg.ClientBase, role: string): Promise<void> {
  const name = pg.escapeIdentifier(role)
  const { rows } = await db.query<{ bypasses: boolean }>(
    'SELECT rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = $1',
    [role]
  )
  if (rows[0]?.bypasses === true)
    throw new RoleUnfitError(
      `the role ${role} is not held by row-level security: ALTER ROLE ${name} NOSUPERUSER NOBYPASSRLS`
    )
  if (rows[0] === undefined) await allowed(db, `CREATE ROLE ${name} NOLOGIN`)
  if (!(await canTakeOn(db, name))) await allowed(db, `GRANT ${name} TO CURRENT_USER`)
}

async function canTakeOn(db: pg.ClientBase, name: string): Promise<boolean> {
  try {
    await db.query(`SET ROLE ${name}`)
  } catch (error) {
    if (codeOf(error) === NOT_ALLOWED) return false
    throw error
  }
  await db.query('RESET ROLE')
  return true
}

async function allowed(db: pg.ClientBase, statement: string): Promise<void> {
  try {
    await db.query(statement)
  } catch (error) {
    if (MADE_MEANWHILE.includes(codeOf(error) ?? '')) return
    if (codeOf(error) !== NOT_ALLOWED) throw error
    const { rows } = await db.query<{ login: string }>('SELECT current_user AS login')
    const { login } = rows[0]!
    const asked = statement.replace('CURRENT_USER', pg.escapeIdentifier(login))
    throw new RoleUnfitError(
      `the database login ${login} may not do this, so an administrator has to: ${asked}`,
      {
        cause: error
      }
    )
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined
