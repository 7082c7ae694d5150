import { useEffect, useState } from 'react'

type Theme = 'system' | 'light' | 'dark'

const KEY = 'aegispay.theme'
const next: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }
const labels: Readonly<Record<Theme, string>> = { system: 'as the system', light: 'light', dark: 'dark' }
const signs: Readonly<Record<Theme, string>> = { system: '◐', light: '○', dark: '●' }

const stored = (): Theme => {
  const value = localStorage.getItem(KEY)
  return value === 'light' || value === 'dark' ? value : 'system'
}

/** Light, dark, or what the system is set to. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(stored)
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
    localStorage.setItem(KEY, theme)
  }, [theme])
  return (
    <button
      type="button"
      className="quiet"
      onClick={() => setTheme(next[theme])}
      title={`Colours: ${labels[theme]}`}
    >
      <span aria-hidden="true">{signs[theme]}</span>
      <span className="visually-hidden">
        Colours: {labels[theme]}. Change to {labels[next[theme]]}.
      </span>
    </button>
  )
}
