// program.twilio.mts with another import.
import { AccessToken } from 'grantmint'

const accountSid = `AC${'a0'.repeat(16)}`
const keySid = `SK${'b1'.repeat(16)}`
const secret = 'fake-secret-0123456789-abcdefghi'

interface User {
  id: string
  room?: string
  worker?: { workspaceSid: string; workerSid: string }
  call?: { to: string }
}

interface FleetOptions {
  fleetSid: string
}

interface FleetPayload {
  fleet_sid: string
}

class FleetGrant extends AccessToken.Grant<FleetOptions, FleetPayload, 'fleet'> implements FleetOptions {
  fleetSid: string

  constructor({ fleetSid }: FleetOptions) {
    super('fleet')
    this.fleetSid = fleetSid
  }

  toPayload(): FleetPayload {
    return { fleet_sid: this.fleetSid }
  }
}

class AppToken extends AccessToken {
  readonly issuedFor: string

  constructor(user: User, options?: Omit<AccessToken.AccessTokenOptions, 'identity'>) {
    super(accountSid, keySid, secret, { identity: user.id, ...options })
    this.issuedFor = user.id
  }

  override toJwt(algorithm: 'HS256' | 'HS384' | 'HS512' = 'HS256'): string {
    if (this.grants.length === 0) throw new Error(`${this.issuedFor} is granted nothing`)
    return super.toJwt(algorithm)
  }
}

function grantsOf(user: User): AccessToken.Grant<unknown, object, string>[] {
  const { SyncGrant, ChatGrant, VideoGrant, VoiceGrant, TaskRouterGrant, PlaybackGrant } = AccessToken
  const sync: AccessToken.SyncGrantOptions = { serviceSid: `IS${'c2'.repeat(16)}` }
  sync.endpointId = `web:${user.id}`
  const grants: AccessToken.Grant<unknown, object, string>[] = [new SyncGrant(sync), new ChatGrant(sync)]

  const video: AccessToken.VideoGrant = new VideoGrant()
  if (user.room) video.room = user.room
  grants.push(video)

  const voice = new VoiceGrant({ incomingAllow: true, outgoingApplicationSid: `AP${'d3'.repeat(16)}` })
  if (user.call) voice.outgoingApplicationParams = user.call
  const outgoing: string | undefined = voice.toPayload().outgoing?.application_sid
  if (outgoing?.startsWith('AP')) grants.push(voice)

  if (user.worker) grants.push(new TaskRouterGrant({ ...user.worker, role: 'worker' }))
  grants.push(new PlaybackGrant({ grant: { playbackUrl: 'https://playback.example/' } }))
  grants.push(new FleetGrant({ fleetSid: `FL${'e4'.repeat(16)}` }))
  return grants
}

function add<T extends AccessToken.Grant<any, any, any>>(token: AccessToken, grant: T): T {
  token.addGrant(grant)
  return grant
}

function describe(token: AccessToken): string {
  const identity: string = token.identity
  const lasts: number = token.ttl
  const from: number | undefined = token.nbf
  const region: string | undefined = token.region
  const keys: string[] = token.grants.map((grant) => String(grant.key))
  return [identity, token.accountSid, token.keySid, lasts, from, region, ...keys].join(' ')
}

const USERS: User[] = [
  { id: 'alice', room: 'daily' },
  {
    id: 'bob@example.com',
    worker: { workspaceSid: 'WS123', workerSid: 'WK123' },
    call: { to: '+15005550006' },
  },
]

/** Returns the users' tokens and the properties of a token object. */
export function tokens(): string[] {
  return USERS.flatMap((user) => {
    const token = new AppToken(user, { ttl: 600, nbf: 1_700_000_000, region: 'ie1' })
    for (const grant of grantsOf(user)) add(token, grant)
    const plain: AccessToken = new AccessToken(accountSid, keySid, secret, { identity: user.id })
    plain.identity = plain.identity.toUpperCase()
    plain.ttl = 60
    plain.grants = grantsOf(user).slice(0, 1)
    const [algorithm] = AccessToken.ALGORITHMS
    const usual: 'HS256' = AccessToken.DEFAULT_ALGORITHM
    if (algorithm !== usual) throw new Error('another default')
    return [token.toJwt(), token.toJwt('HS512'), plain.toJwt(usual), describe(token), describe(plain)]
  })
}
