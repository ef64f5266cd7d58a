'use strict'

// The page; for it grantmint/keeper, grantmint's WebAssembly module and Twilio's Sync SDK; the headers under which all of
// them run; and the hosts that the server answers to.

const path = require('node:path')
const express = require('express')

const GRANTMINT = path.dirname(require.resolve('grantmint/package.json'))
const KEEPER = require.resolve('grantmint/keeper')
const SDK = require.resolve('twilio-sync/builds/twilio-sync.min.js')

/** Serves the page's files, sets the security headers of all responses, and rejects requests to other hosts. */
function page(settings) {
  const router = express.Router()
  router.use(securityHeaders(settings), hostCheck(settings.allowedHosts))
  router.use(express.static(path.join(__dirname, 'public')))
  router.get('/keeper.js', (req, res) => res.sendFile(KEEPER))
  // For the Inspect view: the module loads grantmint.wasm from the folder above it.
  router.use('/grantmint/edge', express.static(path.join(GRANTMINT, 'edge')))
  router.get('/grantmint/grantmint.wasm', (req, res) => res.sendFile(path.join(GRANTMINT, 'grantmint.wasm')))
  router.get('/sdk/twilio-sync.min.js', (req, res) => res.sendFile(SDK))
  return router
}

function securityHeaders({ demoCredentials, region = 'us1', twilsockUri }) {
  // Twilio is out of reach while there is nothing to show it.
  const twilio = twilsockUri ?? (demoCredentials ? '' : `wss://tsock.${region}.twilio.com`)
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${twilio}`.trim(),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')

  return (req, res, next) => {
    res.set({
      'Content-Security-Policy': policy,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    })
    next()
  }
}

/**
 * Rejects a request whose Host is not one of this server's. Otherwise a page of another site could give its own name this
 * server's address (DNS rebinding), and then read the answers as if they were its own.
 */
function hostCheck(allowedHosts) {
  return (req, res, next) => {
    if (allowedHosts.has(req.hostname?.toLowerCase())) return next()
    const message = 'This server does not serve that host; ALLOWED_HOSTS lists the hosts that it serves.'
    next(Object.assign(new Error(message), { status: 400, forClient: true }))
  }
}

module.exports = { page }
