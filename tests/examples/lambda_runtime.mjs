// A minimal runtime for Node functions, as AWS describes custom runtimes: node lambda_runtime.mjs FILE
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html

import { pathToFileURL } from 'node:url'

const base = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`
const post = (path, body) => fetch(`${base}/${path}`, { method: 'POST', body: JSON.stringify(body) })

let handler
try {
  handler = (await import(pathToFileURL(process.argv[2]))).handler
} catch (error) {
  await post('init/error', { errorMessage: error.message, errorType: error.name })
  console.error(error.message)
  process.exit(1)
}
for (;;) {
  const next = await fetch(`${base}/invocation/next`)
  const id = next.headers.get('lambda-runtime-aws-request-id')
  try {
    await post(`invocation/${id}/response`, await handler(await next.json(), { awsRequestId: id }))
  } catch (error) {
    await post(`invocation/${id}/error`, { errorMessage: error.message, errorType: error.name })
  }
}
