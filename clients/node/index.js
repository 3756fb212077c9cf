import client from "./index.cjs";

export const { CaptchaClient, CaptchaError, MAX_BATCH, MAX_IMAGE_BYTES } = client;
export default CaptchaClient;
