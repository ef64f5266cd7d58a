// The parts of every token here: a good header and good claims as JSON text, and the signature over any two
// segments. Text, not objects: a case must be able to say a thing twice, or badly, which no object can.

import { createHmac } from 'node:crypto'

export const NOW = 1700000000
export const MAX_TIME = 253402300799 // the last second of the year 9999
export const fakeSid = (prefix, digits) => prefix + digits.repeat(32 / digits.length)
export const ACCOUNT = fakeSid('AC', 'a0')
export const KEY = fakeSid('SK', 'b1')
export const OTHER_KEY = fakeSid('SK', 'c2')
export const SECRET = 'fake-secret-0123456789-abcdefghi'
export const OTHER_SECRET = 'fake-secret-of-somebody-else-xyz'
export const HEADER = '{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}'

/** A good token's claims, each as JSON text, so that a case can give one any text at all. */
export const CLAIMS = {
  jti: '"fake-id"',
  grants: '{"identity":"alice","video":{"room":"daily"}}',
  iat: `${NOW}`,
  exp: `${NOW + 3600}`,
  iss: `"${KEY}"`,
  sub: `"${ACCOUNT}"`,
}

export const entries = Object.entries
export const object = (members) =>
  `{${entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join()}}`
export const claims = (changed = {}) => object({ ...CLAIMS, ...changed })
export const header = (changed = {}) => object({ alg: '"HS256"', typ: '"JWT"', cty: '"twilio-fpa;v=1"', ...changed })
/** A good header or claims with more text at the end of the object. */
export const withText = (base, text) => `${base.slice(0, -1)},${text}}`

export const base64url = (bytes) => Buffer.from(bytes).toString('base64url')
export const hmac = (input, { algorithm = 'HS256', secret = SECRET } = {}) =>
  createHmac(`sha${algorithm.slice(2)}`, secret)
    .update(input)
    .digest()
/** Signs two segments as they are. */
export const signSegments = (first, second, how) => `${first}.${second}.${base64url(hmac(`${first}.${second}`, how))}`
/** Signs a header and a payload, each as text or bytes. */
export const sign = (head = HEADER, payload = claims(), how = {}) =>
  signSegments(base64url(head), base64url(payload), how)
export const GOOD = sign()
export const [HEAD, BODY, SIGNATURE] = GOOD.split('.')
export const withSignature = (signature) => `${HEAD}.${BODY}.${base64url(signature)}`

/** The two segments that contain JSON: the text of a good one, and a token with other bytes in its place. */
export const SEGMENTS = {
  header: { base: HEADER, signed: (bytes) => sign(bytes) },
  payload: { base: claims(), signed: (bytes) => sign(HEADER, bytes) },
}
