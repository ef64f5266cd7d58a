/* The functions of GCC's libgcc_s.so.1 that Rust calls to unwind the stack. Only their names matter: the linker reads them, and
   the system's own library has the code. Zig has no such library, and would link another unwinder into the module. */
#define NAME(name) void name(void) {}
NAME(_Unwind_Backtrace)
NAME(_Unwind_DeleteException)
NAME(_Unwind_FindEnclosingFunction)
NAME(_Unwind_GetCFA)
NAME(_Unwind_GetDataRelBase)
NAME(_Unwind_GetGR)
NAME(_Unwind_GetIP)
NAME(_Unwind_GetIPInfo)
NAME(_Unwind_GetLanguageSpecificData)
NAME(_Unwind_GetRegionStart)
NAME(_Unwind_GetTextRelBase)
NAME(_Unwind_RaiseException)
NAME(_Unwind_Resume)
NAME(_Unwind_SetGR)
NAME(_Unwind_SetIP)
