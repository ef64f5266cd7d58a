// Grants and identity.

import { GOOD_TOKEN, rule } from './cases.mjs'
import { ACCOUNT, fakeSid, KEY, SERVICE, withClaims, withGrants, withIdentity } from './tokens.mjs'

const { entries } = Object

/** A variable of a template, as a program writes it that does not expand it. */
const UNEXPANDED = ['$', '{NAME}'].join('')

/** Grants. */
export function grants() {
  const only = (title, grants, expected) => [title, withGrants(grants), expected]
  const sync = { service_sid: SERVICE }
  const SIDS = Object.fromEntries(['AP', 'CR', 'RL', 'WS', 'WK', 'IS', 'VS'].map((kind) => [kind, fakeSid(kind, '4d')]))
  const calls = { incoming: { allow: true }, push_credential_sid: SIDS.CR }
  const grantless = (value) => withClaims({ grants: value })
  rule(
    'grants_missing',
    [['no grants', grantless(undefined)]],
    [['grants with nothing in them', grantless({}), { codes: ['no_product_grant'] }]],
  )
  rule(
    'grants_not_object',
    [
      ['an array', grantless([{ res: 'sip:alice' }])],
      ...['data_sync', null, 1, true].map((value) => [JSON.stringify(value), grantless(value)]),
    ],
    [GOOD_TOKEN],
  )
  rule(
    'no_product_grant',
    [
      ['an identity alone', grantless({ identity: 'alice' }), { reads: { identity: 'alice', grants: {} } }],
      ['nothing at all', grantless({})],
    ],
    [GOOD_TOKEN, only("a grant of one's own", { fleet: { a: 1 } }, { reads: { grants: { fleet: { a: 1 } } } })],
  )
  rule(
    'grant_not_object',
    [
      ...[SERVICE, null, true, [], 1].map((value) => only(JSON.stringify(value), { data_sync: value })),
      only('video is true', { video: true }),
      only('player is null', { player: null }),
      only("one that is nobody's", { fleet: 1 }),
    ],
    [only('an empty object', { video: {} })],
  )

  const misspelt = {
    data_sync: ['sync', 'Sync', 'dataSync', 'DataSync', 'data-sync', 'datasync', 'syncGrant', 'sync_grant'],
    chat: [
      'Chat',
      'chatGrant',
      'chat_grant',
      'conversations',
      'Conversations',
      'conversation',
      'ipMessaging',
      'ip-messaging',
    ],
    video: ['Video', 'videoGrant', 'VideoGrant', 'video_grant', 'rooms', 'videos', 'vidoe', 'vido', 'vvideo'],
    voice: ['Voice', 'voise', 'VOICE', 'voiceGrant', 'voice_grant'],
    task_router: ['taskrouter', 'taskRouter', 'TaskRouter', 'task-router', 'taskRouterGrant'],
  }
  rule(
    'misspelt_grant',
    entries(misspelt).flatMap(([right, keys]) =>
      keys.map((key) => only(`${key} for ${right}`, { [key]: { service_sid: SERVICE } })),
    ),
    [
      only('the right ones', { data_sync: sync, chat: sync, video: {}, voice: calls, task_router: { role: 'worker' } }),
      only('other names that start alike', { synchronize: {}, chatter: {}, videophone: {}, voicemail: {} }),
    ],
  )
  const fields = [
    ...['serviceSid', 'ServiceSid', 'servicesid', 'service-sid', 'SERVICE_SID'].flatMap((name) => [
      ['data_sync', { [name]: SERVICE }],
      ['chat', { [name]: SERVICE }],
    ]),
    ['data_sync', { ...sync, endpointId: 'a' }],
    ['chat', { ...sync, deploymentRoleSid: SIDS.RL }],
    ['chat', { ...sync, pushCredentialSid: SIDS.CR }],
    ['video', { Room: 'daily' }],
    ['voice', { outgoing: { applicationSid: SIDS.AP } }],
    ['voice', { outgoing: { application_sid: SIDS.AP, Params: {} } }],
    ['voice', { incoming: { allow: true }, pushCredentialSid: SIDS.CR }],
    ['task_router', { workspaceSid: SIDS.WS, workerSid: SIDS.WK, Role: 'worker' }, 3],
    // The names of the libraries' options, which have other places in the token.
    ['voice', { outgoingApplicationSid: SIDS.AP, ...calls }],
    ['voice', { outgoing_application_sid: SIDS.AP, ...calls }],
    ['voice', { incomingAllow: true, outgoing: { application_sid: SIDS.AP } }],
    ['voice', { outgoing: { application_sid: SIDS.AP }, outgoingApplicationParams: {} }],
  ]
  rule(
    'misspelt_field',
    fields.map(([key, payload, times = 1]) =>
      only(
        `grants.${key} ${JSON.stringify(payload)}`.slice(0, 90),
        { [key]: payload },
        { codes: Array.from({ length: times }, () => 'misspelt_field') },
      ),
    ),
    [
      only('the right ones', {
        voice: { outgoing: { application_sid: SIDS.AP, params: {} } },
        task_router: { workspace_sid: SIDS.WS, worker_sid: SIDS.WK, role: 'worker' },
      }),
      only('names within free-form parameters', {
        voice: {
          outgoing: { application_sid: SIDS.AP, params: { serviceSid: SERVICE, Application_Sid: 1, Allow: 1 } },
        },
      }),
      only('names that Twilio may know one day', { data_sync: { ...sync, shard: 1 } }),
      only("a grant of one's own", { fleet: { serviceSid: SERVICE } }),
    ],
  )
  rule(
    'service_sid_missing',
    ['data_sync', 'chat'].flatMap((key) =>
      [{}, { service_sid: '' }, { service_sid: null }, { endpoint_id: 'a' }].map((payload) =>
        only(`${key}: ${JSON.stringify(payload)}`, { [key]: payload }),
      ),
    ),
    [
      only('a service', { data_sync: sync, chat: sync }),
      only('one that is misspelt', { chat: { serviceSid: SERVICE } }, { codes: ['misspelt_field'] }),
      only('other products', { video: {}, task_router: { role: 'worker' }, voice: calls }),
    ],
  )

  // Each field that takes a SID, with each kind of SID but its own.
  const sidFields = [
    ['data_sync.service_sid', 'IS', (sid) => ({ data_sync: { service_sid: sid } })],
    ['chat.service_sid', 'IS', (sid) => ({ chat: { service_sid: sid } })],
    ['chat.deployment_role_sid', 'RL', (sid) => ({ chat: { ...sync, deployment_role_sid: sid } })],
    ['chat.push_credential_sid', 'CR', (sid) => ({ chat: { ...sync, push_credential_sid: sid } })],
    ['voice.outgoing.application_sid', 'AP', (sid) => ({ voice: { outgoing: { application_sid: sid } } })],
    ['voice.push_credential_sid', 'CR', (sid) => ({ voice: { ...calls, push_credential_sid: sid } })],
    ['task_router.workspace_sid', 'WS', (sid) => ({ task_router: { workspace_sid: sid } })],
    ['task_router.worker_sid', 'WK', (sid) => ({ task_router: { worker_sid: sid } })],
  ]
  rule(
    'wrong_sid_prefix',
    [
      ...sidFields.flatMap(([path, prefix, grants]) =>
        entries({ ...SIDS, SK: KEY, AC: ACCOUNT })
          .filter(([kind]) => kind !== prefix)
          .map(([kind, sid]) => only(`${kind} in ${path}`, grants(sid))),
      ),
      only('a name in place of a SID', { chat: { service_sid: 'default' } }),
      only('the text undefined', { data_sync: { service_sid: 'undefined' } }),
      only('a small prefix', { data_sync: { service_sid: SERVICE.toLowerCase() } }),
      only('a space before it', { data_sync: { service_sid: ` ${SERVICE}` } }),
    ],
    [
      ...sidFields.map(([path, prefix, grants]) => only(`${prefix} in ${path}`, grants(SIDS[prefix]))),
      only('the default service of Sync', { data_sync: { service_sid: 'default' } }),
      only('the name of a room', { video: { room: ACCOUNT } }),
      only('capital digits', { data_sync: { service_sid: `IS${'AB'.repeat(16)}` } }),
      only('an empty optional field', { chat: { ...sync, push_credential_sid: '' } }),
    ],
  )
  rule(
    'malformed_sid',
    sidFields.flatMap(([path, prefix, grants]) =>
      [`${prefix}123`, `${SIDS[prefix]}0`, SIDS[prefix].slice(0, -1), `${SIDS[prefix]}\n`].map((sid) =>
        only(`${JSON.stringify(sid)} in ${path}`, grants(sid)),
      ),
    ),
    [only('a whole one', { data_sync: sync })],
  )
  rule(
    'voice_grant_empty',
    [
      only('nothing in it', { voice: {} }),
      only('incoming calls refused', { voice: { incoming: { allow: false } } }),
      only('incoming calls, but not allowed', { voice: { incoming: {} } }),
      only('credentials alone', { voice: { push_credential_sid: SIDS.CR, endpoint_id: 'a' } }),
      only('outgoing calls of no application', { voice: { outgoing: {} } }),
      only('outgoing calls with parameters alone', { voice: { outgoing: { params: { a: 1 } } } }),
      only('outgoing calls of an empty text', { voice: { outgoing: { application_sid: '' } } }),
      only('outgoing calls of null', { voice: { outgoing: { application_sid: null } } }),
      only('outgoing that is null', { voice: { outgoing: null } }),
    ],
    [
      only('incoming calls', { voice: calls }),
      only('outgoing calls', { voice: { outgoing: { application_sid: SIDS.AP } } }),
    ],
  )
  rule(
    'push_credential_missing',
    [
      only('incoming calls alone', { voice: { incoming: { allow: true } } }),
      only('an empty one', { voice: { incoming: { allow: true }, push_credential_sid: '' } }),
      only('one that is null', { voice: { incoming: { allow: true }, push_credential_sid: null } }),
      only('calls in both directions', {
        voice: { incoming: { allow: true }, outgoing: { application_sid: SIDS.AP } },
      }),
    ],
    [
      only('incoming calls with one', { voice: calls }),
      only('outgoing calls alone', { voice: { outgoing: { application_sid: SIDS.AP } } }),
      only('neither', { voice: {} }, { codes: ['voice_grant_empty'] }),
      only(
        'one that is misspelt',
        { voice: { incoming: { allow: true }, pushCredentialSid: SIDS.CR } },
        { codes: ['misspelt_field'] },
      ),
      only('Conversations without one', { chat: sync }),
    ],
  )
  rule(
    'product_ended',
    [
      only('the player of Live', { player: { playbackUrl: 'https://example.com' } }),
      only('the player without a grant', { player: {} }),
    ],
    [only('video', { video: {} })],
  )
  rule(
    'grant_deprecated',
    [
      only('ip_messaging', { ip_messaging: sync }),
      only('rtc', { rtc: {} }),
      only(
        'ip_messaging without a service',
        { ip_messaging: {} },
        { codes: ['service_sid_missing', 'grant_deprecated'] },
      ),
      only(
        'ip_messaging with a service of another kind',
        { ip_messaging: { service_sid: SIDS.AP } },
        { codes: ['wrong_sid_prefix', 'grant_deprecated'] },
      ),
      only(
        'ip_messaging in the spelling of an option',
        { ip_messaging: { ...sync, endpointId: 'x' } },
        { codes: ['misspelt_field', 'grant_deprecated'] },
      ),
      only(
        'rtc with a room that is a number',
        { rtc: { room: 1 } },
        { codes: ['claim_wrong_type', 'grant_deprecated'] },
      ),
      only('rtc that is true', { rtc: true }, { codes: ['grant_not_object', 'grant_deprecated'] }),
      only(
        'conversations without a service',
        { conversations: {} },
        { codes: ['misspelt_grant', 'service_sid_missing'] },
      ),
    ],
    [only('what took their place', { chat: sync, video: {} })],
  )
  rule(
    'task_router_grant_empty',
    [
      only('nothing in it', { task_router: {} }),
      only('nothing but null', { task_router: { workspace_sid: null, worker_sid: null } }),
      only('nothing but empty texts', { task_router: { workspace_sid: '', role: '' } }),
    ],
    [only('a role alone', { task_router: { role: 'worker' } })],
  )
  rule(
    'placeholder',
    [
      'undefined',
      'null',
      'None',
      'NaN',
      '[object Object]',
      UNEXPANDED,
      '$ROOM',
      '$env:ROOM',
      '{{ room }}',
      '<room>',
    ].flatMap((text) => [
      only(`a room ${text}`, { video: { room: text } }),
      only(`a role ${text}`, { task_router: { role: text } }),
    ]),
    [
      only('rooms that only look like one', { video: { room: 'Nonesuch' } }),
      only('$', { video: { room: '$' } }),
      only('a name in lower case', { video: { room: '$daily' } }),
    ],
  )
}

/** The identity. */
export function identities() {
  const sync = { service_sid: SERVICE }
  const calls = { incoming: { allow: true }, push_credential_sid: fakeSid('CR', '4d') }
  const needing = { data_sync: sync, chat: sync, video: {}, voice: calls }
  const nobody = (grants, identity) => withIdentity(identity, grants)
  rule(
    'identity_missing',
    [
      ...entries(needing).map(([key, payload]) => [key, nobody({ [key]: payload }), { reads: { identity: null } }]),
      ['all of them', nobody(needing)],
      ['an empty one', nobody({ data_sync: sync }, '')],
    ],
    [
      GOOD_TOKEN,
      ['a worker of TaskRouter', nobody({ task_router: { worker_sid: fakeSid('WK', '39') } })],
      ['a viewer of Live', nobody({ player: {} }), { codes: ['product_ended'] }],
    ],
  )
  rule(
    'identity_misplaced',
    [
      ['beside grants', withClaims({ identity: 'alice', grants: { data_sync: sync } })],
      ['in another case', withClaims({ grants: { Identity: 'alice', data_sync: sync } })],
      [
        'in another case, and alone',
        withClaims({ grants: { Identity: 'alice' } }),
        { codes: ['identity_misplaced', 'no_product_grant'] },
      ],
    ],
    [['in both places', withClaims({ identity: 'alice' })]],
  )
  rule(
    'identity_not_string',
    [
      ['a number, as twilio-python writes it', withIdentity(42), { reads: { identity: '42' } }],
      ['zero', withIdentity(0), { reads: { identity: '0' } }],
    ],
    [['its digits as text', withIdentity('42'), { reads: { identity: '42' } }]],
  )

  rule(
    'placeholder',
    [
      ...[
        'undefined',
        'null',
        'None',
        'nil',
        'NaN',
        '[object Object]',
        '[object Promise]',
        UNEXPANDED,
        '$USER_ID',
        '$_ID',
        '{{user}}',
      ].map((text) => [`an identity ${text}`, withIdentity(text)]),
      ["the account's SID", withIdentity(ACCOUNT)],
    ],
    [
      ["another account's SID", withIdentity(fakeSid('AC', '77'))],
      ['nullable', withIdentity('nullable')],
    ],
  )
  const reserved = "!*'();:@&=+$,/?%#[]"
  const calling = (identity) => [JSON.stringify(identity), withIdentity(identity, { voice: needing.voice })]
  rule(
    'identity_reserved_characters',
    ['al-ice', 'al.ice', 'al ice', 'alicé', 'alice@example.com'].map((identity) => {
      const [title, token] = calling(identity)
      return [`${title} for Voice`, token]
    }),
    [calling('alice_1'), calling('ALICE')].map(([title, token]) => [`${title} for Voice`, token]),
  )
  rule(
    'identity_reserved_characters',
    [
      ...[...reserved, ' ', '\t', '\n', '\u001b', '\u00a0'].map((char) => [
        JSON.stringify(char),
        withIdentity(`al${char}ice`),
        { reads: { identity: `al${char}ice` } },
      ]),
      ['an e-mail address', withIdentity('alice@example.com')],
      ['all of them', withIdentity(reserved)],
    ],
    [...'-_.~', 'é', '愛', '😀', 'A9'].map((text) => [JSON.stringify(text), withIdentity(`al${text}ice`)]),
  )

  const { data_sync, chat, video, voice } = needing
  const long = (identity, grants) => [
    `${identity.length} × ${identity[0]}, ${Object.keys(grants).join(' and ')}`,
    withIdentity(identity, grants),
  ]
  const warned = (codes, [title, token]) => [title, token, { codes }]
  rule(
    'identity_too_long',
    [
      long('x'.repeat(129), { video }),
      long('é'.repeat(65), { video }),
      long('x'.repeat(129), { video, data_sync }),
      long('x'.repeat(129), { video, voice }),
      long('x'.repeat(257), { data_sync }),
      long('x'.repeat(257), { chat }),
      long('é'.repeat(257), { chat }),
      long('x'.repeat(257), { voice }),
    ],
    [
      long('x'.repeat(128), { video }),
      long('é'.repeat(64), { video }),
      long('x'.repeat(256), { data_sync }),
      long('x'.repeat(256), { chat }),
      long('é'.repeat(256), { chat }),
      warned(['identity_long'], long('x'.repeat(256), { voice })),
    ],
  )
  rule(
    'identity_long',
    [long('x'.repeat(122), { voice }), long('_'.repeat(122), { voice }), long('x'.repeat(122), { voice, video })],
    [long('x'.repeat(121), { voice }), long('x'.repeat(122), { data_sync }), long('x'.repeat(122), { video })],
  )
}
