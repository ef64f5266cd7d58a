// The player of the shared vectors for the package in this folder's node_modules.

import grantmint from 'grantmint'
import createPlayer from '../vectors/player.cjs'

export const player = createPlayer(grantmint)
export const { hasIdentity, mint, readVectors, setLater, withOptions } = player
