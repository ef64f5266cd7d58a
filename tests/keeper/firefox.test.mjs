// grantmint/keeper in Firefox.

import { after, before, describe } from 'node:test'
import { launch, skip } from './firefox.mjs'
import { scenarios } from './scenarios.mjs'

describe('the keeper in Firefox', { skip }, () => {
  let firefox
  before(async () => (firefox = await launch()))
  after(() => firefox?.close())

  scenarios((t, url) => firefox.open(t, url))
})
