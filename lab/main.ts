/** Starts the lab. */
import { LabApp } from "./app.ts";
import { Lab } from "./lab.ts";
import { adoptLabelColors } from "./label-style.ts";

adoptLabelColors();
const lab = new Lab();
const app = new LabApp();
app.lab = lab;
document.querySelector("#lab")!.replaceChildren(app);
void lab.start();
