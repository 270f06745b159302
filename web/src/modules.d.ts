// The catalogues as build.mjs joins them.
declare module "words:*" {
  const words: Readonly<Record<string, string>>;
  export default words;
}
declare module "*.css";
