// The player of the shared vectors for the package in this folder's node_modules.

import grantmint from 'grantmint'
import player from '../vectors/player.cjs'

export const { readVectors, camelCase, hasIdentity, refusalOf, withOptions, setLater, mint, ways } = player(grantmint)
