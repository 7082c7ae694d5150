/** Data as they are. */
export const Json = ({ value, label }: { readonly value: unknown; readonly label: string }) => (
  <pre className="json" tabIndex={0} role="region" aria-label={label}>
    {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
  </pre>
)
