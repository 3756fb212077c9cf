export interface Health {
  status: string;
  model_loaded: boolean;
  version: string;
}

export interface Info {
  name: string;
  version: string;
  description: string;
  model: {
    path: string;
    image_size: [number, number | null];
    max_sequence_length: number | null;
    alphabet: string;
    types: string[];
    exact_match: number | null;
  };
  cleaner: string;
  endpoints: Record<string, string>;
}

export interface Prediction {
  success: true;
  prediction: string;
  /** Probability, 0..1, that the whole text is right. */
  confidence: number;
  type: string | null;
  /** The result when the text is a sum. */
  answer: string | null;
  characters: { char: string; confidence: number }[];
}

export type BatchEntry =
  | { index: number; success: true; prediction: string; confidence: number }
  | { index: number; success: false; error: string };

export interface Batch {
  success: true;
  total: number;
  results: BatchEntry[];
}

/** Bytes, or base64 text with or without a `data:` prefix. */
export type Image = Uint8Array | string;

export interface Options {
  /** Sent as X-API-Key. */
  apiKey?: string;
  /** Milliseconds for a whole call; 30,000 unless told otherwise. */
  timeout?: number;
}

export declare const MAX_BATCH: number;
export declare const MAX_IMAGE_BYTES: number;

export declare class CaptchaError extends Error {
  /** HTTP status, 0 when there was no answer. */
  readonly status: number;
}

export declare class CaptchaClient {
  constructor(baseUrl?: string, options?: Options);
  health(): Promise<Health>;
  info(): Promise<Info>;
  predict(image: Image): Promise<Prediction>;
  predictFile(path: string): Promise<Prediction>;
  predictBatch(images: Image[]): Promise<Batch>;
  predictUrl(url: string): Promise<Prediction>;
}

export default CaptchaClient;
