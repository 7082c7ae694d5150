// Preloaded by a process under test: sends its connections to one port to another. Kafka's brokers tell clients where
// they are, so a proxy before them cannot be given as their address.
import { Socket } from 'node:net'

const [from, to] = process.env.TEST_REROUTE.split(':').map(Number)
const { connect } = Socket.prototype

Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0]
  if (typeof options === 'object' && Number(options.port) === from) options.port = to
  return connect.apply(this, args)
}
