import { render } from "preact";

import { App } from "./app";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/forms.css";
import "./styles/charts.css";
import "./styles/advice.css";
import "./styles/forced.css";
import "./styles/print.css";

render(<App />, document.getElementById("root")!);
