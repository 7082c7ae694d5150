/** The sign of the product: a shield, half of it filled. */
export const Mark = () => (
  <svg className="mark" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
    <path
      d="M12 2 4 5v6c0 5 3.4 9 8 11 4.6-2 8-6 8-11V5z"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
    />
    <path d="M12 2v20c4.6-2 8-6 8-11V5z" fill="currentColor" />
  </svg>
)
