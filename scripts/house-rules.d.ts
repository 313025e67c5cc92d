export declare const layers: readonly {files: RegExp; name: string; types?: boolean}[]
export declare const mayExpose: readonly string[]
