/** Whether two types are the same, `any` being the same as nothing else. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Whether a type is `any`. */
export type IsAny<T> = 0 extends 1 & T ? true : false
export declare function holds<_Condition extends true>(): void
export declare function type<T>(): T
