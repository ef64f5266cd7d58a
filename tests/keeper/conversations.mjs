// A substitute for the services that Conversations asks over its connection: its configuration, the user's conversations,
// and the Sync maps in which both are kept. (From the sources of @twilio/conversations 3.0.1 and twilio-sync 4.0.1.)

import { standIn } from '../web/twilsock.mjs'

const SERVICE = 'https://aim.us1.twilio.com/Client/v2/Services/IS0'
const MAPS = 'https://cds.us1.twilio.com/v3/Maps'

/** As `standIn`, for a user with no conversation. `rename(name)` changes the user's name, as another device might. */
export async function conversationsStandIn(t, secret) {
  const maps = {
    'alice.user': { sid: 'MP0', items: { friendlyName: { value: 'Alice' }, attributes: { value: '{}' } } },
    'alice.conversations': { sid: 'MP1', items: {} },
  }
  const resources = {
    'GET /Client/v2/Configuration': () => ({ body: configuration() }),
    'GET /Client/v2/Services/IS0/MyConversations': () => ({ body: { conversations: [], meta: { next_token: null } } }),
    'POST /v4/Subscriptions': subscribe,
  }
  for (const name in maps) {
    const map = describe(name, maps[name])
    resources[`GET /v3/Maps/${name}`] = () => ({ body: map })
    const meta = { previous_token: null, next_token: null }
    resources[`GET /v3/Maps/${map.sid}/Items`] = () => ({ body: { items: map.items, meta } })
  }

  const twilio = await standIn(t, secret, ({ method, path, body }) => {
    const found = resources[`${method} ${path}`]
    twilio.asked.push(`${method} ${path}`)
    if (!found) twilio.missing.push(`${method} ${path}`)
    return found?.(body)
  })
  /** The requests, and those that had no answer. */
  twilio.asked = []
  twilio.missing = []
  twilio.subscribed = new Set()
  twilio.rename = (value) => {
    const item_data = { value }
    notify({
      event_type: 'map_item_updated',
      event: { id: 1, map_sid: 'MP0', item_key: 'friendlyName', item_revision: '1', item_data, date_created: date() },
    })
  }
  return twilio

  function subscribe({ action, correlation_id, requests }) {
    const then = () => {
      for (const { object_sid, object_type } of action === 'establish' ? requests : []) {
        twilio.subscribed.add(object_sid)
        const event = { object_sid, object_type, replay_status: 'completed', last_event_id: 0 }
        notify({ event_type: 'subscription_established', correlation_id, event })
      }
    }
    return { body: { max_batch_size: 100, estimated_delivery_in_ms: 10_000 }, then }
  }

  function notify(event) {
    twilio.send({ method: 'notification', message_type: 'com.twilio.rtd.cds.map' }, event)
  }
}

function configuration() {
  return {
    identity: 'alice',
    sync_objects: { my_user_info: 'alice.user', my_conversations: 'alice.conversations' },
    options: { reachability_enabled: false },
    links: {
      my_conversations: `${SERVICE}/MyConversations`,
      conversations: `${SERVICE}/Conversations`,
      users: `${SERVICE}/Users`,
      current_user: `${SERVICE}/Users/alice`,
      typing: `${SERVICE}/Typing`,
      media_service: 'https://mcs.us1.twilio.com/v1',
      media_set_service: 'https://mcs.us1.twilio.com/v1',
      messages_receipts: `${SERVICE}/Receipts`,
    },
  }
}

function describe(name, { sid, items }) {
  const url = `${MAPS}/${sid}`
  const root = { sid, url, unique_name: name, revision: '0', last_event_id: 0, date_updated: date() }
  const entry = ([key, data]) => ({ ...root, key, url: `${url}/Items/${key}`, data })
  return { ...root, links: { items: `${url}/Items` }, items: Object.entries(items).map(entry) }
}

function date() {
  return new Date().toISOString()
}
