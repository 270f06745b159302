// Reads a JSON list of texts and prints the list of their token counts.
const {getTokenizer} = require('@anthropic-ai/tokenizer');
const tokenizer = getTokenizer();
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(texts.map((t) => tokenizer.encode(t.normalize('NFKC'), 'all').length)));
