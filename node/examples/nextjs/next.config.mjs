export default {
  // A folder with the server and the files that it needs, for a container.
  output: 'standalone',
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  // Bundles cannot contain native modules: Next.js copies the package and its native module instead.
  serverExternalPackages: ['grantmint'],
}
