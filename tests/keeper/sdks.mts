// The types of the keeper with those of Twilio's SDKs. package.test.mjs compiles this file, and nothing runs it.

import { Client } from '@twilio/conversations'
import { Device } from '@twilio/voice-sdk'
import { keepToken } from 'grantmint/keeper'
import { SyncClient } from 'twilio-sync'
import * as Video from 'twilio-video'

const keeper = keepToken('/token')
const token = await keeper.token()
keeper.attach(new SyncClient(token))
keeper.attach(new Client(token))
keeper.attach(new Device(token))
// @ts-expect-error Video needs its token only to join a room
keeper.attach(Video)
// @ts-expect-error a room takes no other token
keeper.attach(await Video.connect(token))
