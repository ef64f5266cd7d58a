//! Lets the module's Node-API symbols be resolved by the runtime that loads it.

fn main() {
    napi_build::setup();
}
