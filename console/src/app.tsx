import { lazy, Suspense } from 'react'
import { Link, Route, Routes } from 'react-router'
import { may, useSession } from './session/session.ts'
import { Shell } from './shell/shell.tsx'
import { Page } from './ui/page.tsx'
import { Loading } from './ui/states.tsx'

const Overview = lazy(() => import('./pages/overview/overview.tsx'))
const Payments = lazy(() => import('./pages/payments/payments.tsx'))
const PaymentPage = lazy(() => import('./pages/payment/payment-page.tsx'))
const Unknown = lazy(() => import('./pages/queues/unknown.tsx'))
const Reviews = lazy(() => import('./pages/queues/reviews.tsx'))
const DeadLetters = lazy(() => import('./pages/dead-letters/dead-letters.tsx'))
const DeadLetterPage = lazy(() => import('./pages/dead-letters/dead-letter-page.tsx'))
const Gateways = lazy(() => import('./pages/gateways/gateways.tsx'))
const Policies = lazy(() => import('./pages/routing/policies.tsx'))
const PolicyPage = lazy(() => import('./pages/routing/policy-page.tsx'))
const Webhooks = lazy(() => import('./pages/webhooks/webhooks.tsx'))
const DeliveryPage = lazy(() => import('./pages/webhooks/delivery-page.tsx'))

export function App() {
  const { role } = useSession()
  return (
    <Shell>
      <Suspense fallback={<Loading what="the page" />}>
        <Routes>
          <Route path="/" element={<Overview />} />
          <Route path="/payments" element={<Payments />} />
          <Route path="/payments/:id" element={<PaymentPage />} />
          <Route path="/webhooks" element={<Webhooks />} />
          <Route path="/webhooks/:id" element={<DeliveryPage />} />
          {may(role, 'operate') && (
            <>
              <Route path="/unknown" element={<Unknown />} />
              <Route path="/reviews" element={<Reviews />} />
              <Route path="/dead-letters" element={<DeadLetters />} />
              <Route path="/dead-letters/:id" element={<DeadLetterPage />} />
              <Route path="/gateways" element={<Gateways />} />
              <Route path="/routing" element={<Policies />} />
              <Route path="/routing/:id" element={<PolicyPage />} />
            </>
          )}
          <Route path="*" element={<NoSuchPage />} />
        </Routes>
      </Suspense>
    </Shell>
  )
}

const NoSuchPage = () => (
  <Page title="There is no such page">
    <p>
      Or it is not for keys such as yours. <Link to="/">To the overview</Link>
    </p>
  </Page>
)
