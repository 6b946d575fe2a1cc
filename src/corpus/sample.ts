/** The built-in English sample: 110 sentences written for this project, with manual Universal Dependencies trees (CoNLL-U), free to use under the project license. */
export const SAMPLE_CONLLU = `# sent_id = sample-001
# text = The keys to the old cabinet are in the kitchen drawer.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	keys	key	NOUN	NNS	Number=Plur	11	nsubj	_	_
3	to	to	ADP	IN	_	6	case	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
5	old	old	ADJ	JJ	Degree=Pos	6	amod	_	_
6	cabinet	cabinet	NOUN	NN	Number=Sing	2	nmod	_	_
7	are	be	AUX	VBP	Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin	11	cop	_	_
8	in	in	ADP	IN	_	11	case	_	_
9	the	the	DET	DT	Definite=Def|PronType=Art	11	det	_	_
10	kitchen	kitchen	NOUN	NN	Number=Sing	11	compound	_	_
11	drawer	drawer	NOUN	NN	Number=Sing	0	root	_	SpaceAfter=No
12	.	.	PUNCT	.	_	11	punct	_	_

# sent_id = sample-002
# text = My neighbor gave her youngest daughter a wooden flute for her birthday.
1	My	my	PRON	PRP$	Case=Gen|Number=Sing|Person=1|Poss=Yes|PronType=Prs	2	nmod:poss	_	_
2	neighbor	neighbor	NOUN	NN	Number=Sing	3	nsubj	_	_
3	gave	give	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	her	her	PRON	PRP$	Case=Gen|Gender=Fem|Number=Sing|Person=3|Poss=Yes|PronType=Prs	6	nmod:poss	_	_
5	youngest	young	ADJ	JJS	Degree=Sup	6	amod	_	_
6	daughter	daughter	NOUN	NN	Number=Sing	3	iobj	_	_
7	a	a	DET	DT	Definite=Ind|PronType=Art	9	det	_	_
8	wooden	wooden	ADJ	JJ	Degree=Pos	9	amod	_	_
9	flute	flute	NOUN	NN	Number=Sing	3	obj	_	_
10	for	for	ADP	IN	_	12	case	_	_
11	her	her	PRON	PRP$	Case=Gen|Gender=Fem|Number=Sing|Person=3|Poss=Yes|PronType=Prs	12	nmod:poss	_	_
12	birthday	birthday	NOUN	NN	Number=Sing	3	obl	_	SpaceAfter=No
13	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-003
# text = The bridge was designed by an engineer who had never seen the river.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	bridge	bridge	NOUN	NN	Number=Sing	4	nsubj:pass	_	_
3	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	4	aux:pass	_	_
4	designed	design	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	0	root	_	_
5	by	by	ADP	IN	_	7	case	_	_
6	an	a	DET	DT	Definite=Ind|PronType=Art	7	det	_	_
7	engineer	engineer	NOUN	NN	Number=Sing	4	obl:agent	_	_
8	who	who	PRON	WP	PronType=Rel	11	nsubj	_	_
9	had	have	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	11	aux	_	_
10	never	never	ADV	RB	PronType=Neg	11	advmod	_	_
11	seen	see	VERB	VBN	Tense=Past|VerbForm=Part	7	acl:relcl	_	_
12	the	the	DET	DT	Definite=Def|PronType=Art	13	det	_	_
13	river	river	NOUN	NN	Number=Sing	11	obj	_	SpaceAfter=No
14	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-004
# text = Every morning, the baker opens the shop and lights the ovens.
1	Every	every	DET	DT	PronType=Tot	2	det	_	_
2	morning	morning	NOUN	NN	Number=Sing	6	obl:unmarked	_	SpaceAfter=No
3	,	,	PUNCT	,	_	2	punct	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
5	baker	baker	NOUN	NN	Number=Sing	6	nsubj	_	_
6	opens	open	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
8	shop	shop	NOUN	NN	Number=Sing	6	obj	_	_
9	and	and	CCONJ	CC	_	10	cc	_	_
10	lights	light	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	6	conj	_	_
11	the	the	DET	DT	Definite=Def|PronType=Art	12	det	_	_
12	ovens	oven	NOUN	NNS	Number=Plur	10	obj	_	SpaceAfter=No
13	.	.	PUNCT	.	_	6	punct	_	_

# sent_id = sample-005
# text = There is a small owl in the barn behind our house.
1	There	there	PRON	EX	_	2	expl	_	_
2	is	be	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
3	a	a	DET	DT	Definite=Ind|PronType=Art	5	det	_	_
4	small	small	ADJ	JJ	Degree=Pos	5	amod	_	_
5	owl	owl	NOUN	NN	Number=Sing	2	nsubj	_	_
6	in	in	ADP	IN	_	8	case	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
8	barn	barn	NOUN	NN	Number=Sing	2	obl	_	_
9	behind	behind	ADP	IN	_	11	case	_	_
10	our	our	PRON	PRP$	Case=Gen|Number=Plur|Person=1|Poss=Yes|PronType=Prs	11	nmod:poss	_	_
11	house	house	NOUN	NN	Number=Sing	8	nmod	_	SpaceAfter=No
12	.	.	PUNCT	.	_	2	punct	_	_

# sent_id = sample-006
# text = Don't touch the blue wire until I turn off the power.
1-2	Don't	_	_	_	_	_	_	_	_
1	Do	do	AUX	VB	Mood=Imp|VerbForm=Fin	3	aux	_	_
2	n't	n't	PART	RB	Polarity=Neg	3	advmod	_	_
3	touch	touch	VERB	VB	VerbForm=Inf	0	root	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
5	blue	blue	ADJ	JJ	Degree=Pos	6	amod	_	_
6	wire	wire	NOUN	NN	Number=Sing	3	obj	_	_
7	until	until	SCONJ	IN	_	9	mark	_	_
8	I	I	PRON	PRP	Case=Nom|Number=Sing|Person=1|PronType=Prs	9	nsubj	_	_
9	turn	turn	VERB	VBP	Mood=Ind|Number=Sing|Person=1|Tense=Pres|VerbForm=Fin	3	advcl	_	_
10	off	off	ADP	RP	_	9	compound:prt	_	_
11	the	the	DET	DT	Definite=Def|PronType=Art	12	det	_	_
12	power	power	NOUN	NN	Number=Sing	9	obj	_	SpaceAfter=No
13	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-007
# text = What did the astronomers find in the cloud of dust?
1	What	what	PRON	WP	PronType=Int	5	obj	_	_
2	did	do	AUX	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	5	aux	_	_
3	the	the	DET	DT	Definite=Def|PronType=Art	4	det	_	_
4	astronomers	astronomer	NOUN	NNS	Number=Plur	5	nsubj	_	_
5	find	find	VERB	VB	VerbForm=Inf	0	root	_	_
6	in	in	ADP	IN	_	8	case	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
8	cloud	cloud	NOUN	NN	Number=Sing	5	obl	_	_
9	of	of	ADP	IN	_	10	case	_	_
10	dust	dust	NOUN	NN	Number=Sing	8	nmod	_	SpaceAfter=No
11	?	?	PUNCT	.	_	5	punct	_	_

# sent_id = sample-008
# text = Dr. Okafor, the head of the clinic, answered every question patiently.
1	Dr.	Dr.	PROPN	NNP	Abbr=Yes|Number=Sing	2	nmod:desc	_	_
2	Okafor	Okafor	PROPN	NNP	Number=Sing	10	nsubj	_	SpaceAfter=No
3	,	,	PUNCT	,	_	5	punct	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
5	head	head	NOUN	NN	Number=Sing	2	appos	_	_
6	of	of	ADP	IN	_	8	case	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
8	clinic	clinic	NOUN	NN	Number=Sing	5	nmod	_	SpaceAfter=No
9	,	,	PUNCT	,	_	5	punct	_	_
10	answered	answer	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
11	every	every	DET	DT	PronType=Tot	12	det	_	_
12	question	question	NOUN	NN	Number=Sing	10	obj	_	_
13	patiently	patiently	ADV	RB	_	10	advmod	_	SpaceAfter=No
14	.	.	PUNCT	.	_	10	punct	_	_

# sent_id = sample-009
# text = I don't know whether the train stops at Marlow Junction.
1	I	I	PRON	PRP	Case=Nom|Number=Sing|Person=1|PronType=Prs	4	nsubj	_	_
2-3	don't	_	_	_	_	_	_	_	_
2	do	do	AUX	VBP	Mood=Ind|Number=Sing|Person=1|Tense=Pres|VerbForm=Fin	4	aux	_	_
3	n't	n't	PART	RB	Polarity=Neg	4	advmod	_	_
4	know	know	VERB	VB	VerbForm=Inf	0	root	_	_
5	whether	whether	SCONJ	IN	_	8	mark	_	_
6	the	the	DET	DT	Definite=Def|PronType=Art	7	det	_	_
7	train	train	NOUN	NN	Number=Sing	8	nsubj	_	_
8	stops	stop	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	4	ccomp	_	_
9	at	at	ADP	IN	_	11	case	_	_
10	Marlow	Marlow	PROPN	NNP	Number=Sing	11	compound	_	_
11	Junction	Junction	PROPN	NNP	Number=Sing	8	obl	_	SpaceAfter=No
12	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-010
# text = The children were so tired that they fell asleep in the car.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	children	child	NOUN	NNS	Number=Plur	5	nsubj	_	_
3	were	be	AUX	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	5	cop	_	_
4	so	so	ADV	RB	_	5	advmod	_	_
5	tired	tired	ADJ	JJ	Degree=Pos	0	root	_	_
6	that	that	SCONJ	IN	_	8	mark	_	_
7	they	they	PRON	PRP	Case=Nom|Number=Plur|Person=3|PronType=Prs	8	nsubj	_	_
8	fell	fall	VERB	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	5	advcl	_	_
9	asleep	asleep	ADJ	JJ	Degree=Pos	8	xcomp	_	_
10	in	in	ADP	IN	_	12	case	_	_
11	the	the	DET	DT	Definite=Def|PronType=Art	12	det	_	_
12	car	car	NOUN	NN	Number=Sing	8	obl	_	SpaceAfter=No
13	.	.	PUNCT	.	_	5	punct	_	_

# sent_id = sample-011
# text = Swimming in cold water is good for your mood.
1	Swimming	swim	VERB	VBG	VerbForm=Ger	6	csubj	_	_
2	in	in	ADP	IN	_	4	case	_	_
3	cold	cold	ADJ	JJ	Degree=Pos	4	amod	_	_
4	water	water	NOUN	NN	Number=Sing	1	obl	_	_
5	is	be	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	6	cop	_	_
6	good	good	ADJ	JJ	Degree=Pos	0	root	_	_
7	for	for	ADP	IN	_	9	case	_	_
8	your	your	PRON	PRP$	Case=Gen|Person=2|Poss=Yes|PronType=Prs	9	nmod:poss	_	_
9	mood	mood	NOUN	NN	Number=Sing	6	obl	_	SpaceAfter=No
10	.	.	PUNCT	.	_	6	punct	_	_

# sent_id = sample-012
# text = She wants to become a pilot, but her parents want her to study law.
1	She	she	PRON	PRP	Case=Nom|Gender=Fem|Number=Sing|Person=3|PronType=Prs	2	nsubj	_	_
2	wants	want	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
3	to	to	PART	TO	_	4	mark	_	_
4	become	become	VERB	VB	VerbForm=Inf	2	xcomp	_	_
5	a	a	DET	DT	Definite=Ind|PronType=Art	6	det	_	_
6	pilot	pilot	NOUN	NN	Number=Sing	4	xcomp	_	SpaceAfter=No
7	,	,	PUNCT	,	_	11	punct	_	_
8	but	but	CCONJ	CC	_	11	cc	_	_
9	her	her	PRON	PRP$	Case=Gen|Gender=Fem|Number=Sing|Person=3|Poss=Yes|PronType=Prs	10	nmod:poss	_	_
10	parents	parent	NOUN	NNS	Number=Plur	11	nsubj	_	_
11	want	want	VERB	VBP	Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin	2	conj	_	_
12	her	she	PRON	PRP	Case=Acc|Gender=Fem|Number=Sing|Person=3|PronType=Prs	11	obj	_	_
13	to	to	PART	TO	_	14	mark	_	_
14	study	study	VERB	VB	VerbForm=Inf	11	xcomp	_	_
15	law	law	NOUN	NN	Number=Sing	14	obj	_	SpaceAfter=No
16	.	.	PUNCT	.	_	2	punct	_	_

# sent_id = sample-013
# text = The man whose bicycle was stolen called the police immediately.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	man	man	NOUN	NN	Number=Sing	7	nsubj	_	_
3	whose	whose	PRON	WP$	Poss=Yes|PronType=Rel	4	nmod:poss	_	_
4	bicycle	bicycle	NOUN	NN	Number=Sing	6	nsubj:pass	_	_
5	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	6	aux:pass	_	_
6	stolen	steal	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	2	acl:relcl	_	_
7	called	call	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
8	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
9	police	police	NOUN	NNS	Number=Plur	7	obj	_	_
10	immediately	immediately	ADV	RB	_	7	advmod	_	SpaceAfter=No
11	.	.	PUNCT	.	_	7	punct	_	_

# sent_id = sample-014
# text = If the wind drops tomorrow, we will sail to the island.
1	If	if	SCONJ	IN	_	4	mark	_	_
2	the	the	DET	DT	Definite=Def|PronType=Art	3	det	_	_
3	wind	wind	NOUN	NN	Number=Sing	4	nsubj	_	_
4	drops	drop	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	9	advcl	_	_
5	tomorrow	tomorrow	NOUN	NN	Number=Sing	4	obl:unmarked	_	SpaceAfter=No
6	,	,	PUNCT	,	_	4	punct	_	_
7	we	we	PRON	PRP	Case=Nom|Number=Plur|Person=1|PronType=Prs	9	nsubj	_	_
8	will	will	AUX	MD	VerbForm=Fin	9	aux	_	_
9	sail	sail	VERB	VB	VerbForm=Inf	0	root	_	_
10	to	to	ADP	IN	_	12	case	_	_
11	the	the	DET	DT	Definite=Def|PronType=Art	12	det	_	_
12	island	island	NOUN	NN	Number=Sing	9	obl	_	SpaceAfter=No
13	.	.	PUNCT	.	_	9	punct	_	_

# sent_id = sample-015
# text = "The soup needs more salt," said the cook.
1	"	"	PUNCT	_	_	4	punct	_	SpaceAfter=No
2	The	the	DET	DT	Definite=Def|PronType=Art	3	det	_	_
3	soup	soup	NOUN	NN	Number=Sing	4	nsubj	_	_
4	needs	need	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	9	ccomp	_	_
5	more	more	ADJ	JJR	Degree=Cmp	6	amod	_	_
6	salt	salt	NOUN	NN	Number=Sing	4	obj	_	SpaceAfter=No
7	,	,	PUNCT	,	_	4	punct	_	SpaceAfter=No
8	"	"	PUNCT	''	_	4	punct	_	_
9	said	say	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
10	the	the	DET	DT	Definite=Def|PronType=Art	11	det	_	_
11	cook	cook	NOUN	NN	Number=Sing	9	nsubj	_	SpaceAfter=No
12	.	.	PUNCT	.	_	9	punct	_	_

# sent_id = sample-016
# text = The museum's oldest painting was bought by a farmer in 1911.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2-3	museum's	_	_	_	_	_	_	_	_
2	museum	museum	NOUN	NN	Number=Sing	5	nmod:poss	_	_
3	's	's	PART	POS	_	2	case	_	_
4	oldest	old	ADJ	JJS	Degree=Sup	5	amod	_	_
5	painting	painting	NOUN	NN	Number=Sing	7	nsubj:pass	_	_
6	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	7	aux:pass	_	_
7	bought	buy	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	0	root	_	_
8	by	by	ADP	IN	_	10	case	_	_
9	a	a	DET	DT	Definite=Ind|PronType=Art	10	det	_	_
10	farmer	farmer	NOUN	NN	Number=Sing	7	obl:agent	_	_
11	in	in	ADP	IN	_	12	case	_	_
12	1911	1911	NUM	CD	NumForm=Digit|NumType=Card	7	obl	_	SpaceAfter=No
13	.	.	PUNCT	.	_	7	punct	_	_

# sent_id = sample-017
# text = Tavish Orlenko painted the door red, and then Tavish Orlenko signed it.
1	Tavish	Tavish	PROPN	NNP	Number=Sing	3	nsubj	_	_
2	Orlenko	Orlenko	PROPN	NNP	Number=Sing	1	flat	_	_
3	painted	paint	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
5	door	door	NOUN	NN	Number=Sing	3	obj	_	_
6	red	red	ADJ	JJ	Degree=Pos	3	xcomp	_	SpaceAfter=No
7	,	,	PUNCT	,	_	12	punct	_	_
8	and	and	CCONJ	CC	_	12	cc	_	_
9	then	then	ADV	RB	PronType=Dem	12	advmod	_	_
10	Tavish	Tavish	PROPN	NNP	Number=Sing	12	nsubj	_	_
11	Orlenko	Orlenko	PROPN	NNP	Number=Sing	10	flat	_	_
12	signed	sign	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	3	conj	_	_
13	it	it	PRON	PRP	Case=Acc|Gender=Neut|Number=Sing|Person=3|PronType=Prs	12	obj	_	SpaceAfter=No
14	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-018
# text = Nobody in the village had ever heard of Tavish Orlenko before.
1	Nobody	nobody	PRON	NN	Number=Sing|PronType=Neg	7	nsubj	_	_
2	in	in	ADP	IN	_	4	case	_	_
3	the	the	DET	DT	Definite=Def|PronType=Art	4	det	_	_
4	village	village	NOUN	NN	Number=Sing	1	nmod	_	_
5	had	have	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	7	aux	_	_
6	ever	ever	ADV	RB	PronType=Ind	7	advmod	_	_
7	heard	hear	VERB	VBN	Tense=Past|VerbForm=Part	0	root	_	_
8	of	of	ADP	IN	_	9	case	_	_
9	Tavish	Tavish	PROPN	NNP	Number=Sing	7	obl	_	_
10	Orlenko	Orlenko	PROPN	NNP	Number=Sing	9	flat	_	_
11	before	before	ADV	RB	_	7	advmod	_	SpaceAfter=No
12	.	.	PUNCT	.	_	7	punct	_	_

# sent_id = sample-019
# text = It is not easy to repair a watch without good light.
1	It	it	PRON	PRP	Case=Nom|Gender=Neut|Number=Sing|Person=3|PronType=Prs	4	expl	_	_
2	is	be	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	4	cop	_	_
3	not	not	PART	RB	Polarity=Neg	4	advmod	_	_
4	easy	easy	ADJ	JJ	Degree=Pos	0	root	_	_
5	to	to	PART	TO	_	6	mark	_	_
6	repair	repair	VERB	VB	VerbForm=Inf	4	csubj	_	_
7	a	a	DET	DT	Definite=Ind|PronType=Art	8	det	_	_
8	watch	watch	NOUN	NN	Number=Sing	6	obj	_	_
9	without	without	ADP	IN	_	11	case	_	_
10	good	good	ADJ	JJ	Degree=Pos	11	amod	_	_
11	light	light	NOUN	NN	Number=Sing	6	obl	_	SpaceAfter=No
12	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-020
# text = The roots of the oak trees have cracked the garden wall.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	roots	root	NOUN	NNS	Number=Plur	8	nsubj	_	_
3	of	of	ADP	IN	_	6	case	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
5	oak	oak	NOUN	NN	Number=Sing	6	compound	_	_
6	trees	tree	NOUN	NNS	Number=Plur	2	nmod	_	_
7	have	have	AUX	VBP	Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin	8	aux	_	_
8	cracked	crack	VERB	VBN	Tense=Past|VerbForm=Part	0	root	_	_
9	the	the	DET	DT	Definite=Def|PronType=Art	11	det	_	_
10	garden	garden	NOUN	NN	Number=Sing	11	compound	_	_
11	wall	wall	NOUN	NN	Number=Sing	8	obj	_	SpaceAfter=No
12	.	.	PUNCT	.	_	8	punct	_	_

# sent_id = sample-021
# text = Can you tell me where the night bus stops?
1	Can	can	AUX	MD	VerbForm=Fin	3	aux	_	_
2	you	you	PRON	PRP	Case=Nom|Person=2|PronType=Prs	3	nsubj	_	_
3	tell	tell	VERB	VB	VerbForm=Inf	0	root	_	_
4	me	I	PRON	PRP	Case=Acc|Number=Sing|Person=1|PronType=Prs	3	iobj	_	_
5	where	where	ADV	WRB	PronType=Int	9	advmod	_	_
6	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
7	night	night	NOUN	NN	Number=Sing	8	compound	_	_
8	bus	bus	NOUN	NN	Number=Sing	9	nsubj	_	_
9	stops	stop	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	3	ccomp	_	SpaceAfter=No
10	?	?	PUNCT	.	_	3	punct	_	_

# sent_id = sample-022
# text = Please send the invoice to my office by Friday.
1	Please	please	INTJ	UH	_	2	discourse	_	_
2	send	send	VERB	VB	Mood=Imp|VerbForm=Fin	0	root	_	_
3	the	the	DET	DT	Definite=Def|PronType=Art	4	det	_	_
4	invoice	invoice	NOUN	NN	Number=Sing	2	obj	_	_
5	to	to	ADP	IN	_	7	case	_	_
6	my	my	PRON	PRP$	Case=Gen|Number=Sing|Person=1|Poss=Yes|PronType=Prs	7	nmod:poss	_	_
7	office	office	NOUN	NN	Number=Sing	2	obl	_	_
8	by	by	ADP	IN	_	9	case	_	_
9	Friday	Friday	PROPN	NNP	Number=Sing	2	obl	_	SpaceAfter=No
10	.	.	PUNCT	.	_	2	punct	_	_

# sent_id = sample-023
# text = A comet is brighter than most stars when it passes the sun.
1	A	a	DET	DT	Definite=Ind|PronType=Art	2	det	_	_
2	comet	comet	NOUN	NN	Number=Sing	4	nsubj	_	_
3	is	be	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	4	cop	_	_
4	brighter	bright	ADJ	JJR	Degree=Cmp	0	root	_	_
5	than	than	ADP	IN	_	7	case	_	_
6	most	most	ADJ	JJS	Degree=Sup	7	amod	_	_
7	stars	star	NOUN	NNS	Number=Plur	4	obl	_	_
8	when	when	ADV	WRB	PronType=Int	10	advmod	_	_
9	it	it	PRON	PRP	Case=Nom|Gender=Neut|Number=Sing|Person=3|PronType=Prs	10	nsubj	_	_
10	passes	pass	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	4	advcl	_	_
11	the	the	DET	DT	Definite=Def|PronType=Art	12	det	_	_
12	sun	sun	NOUN	NN	Number=Sing	10	obj	_	SpaceAfter=No
13	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-024
# text = The glass fell off the shelf but did not break.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	glass	glass	NOUN	NN	Number=Sing	3	nsubj	_	_
3	fell	fall	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	off	off	ADP	IN	_	6	case	_	_
5	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
6	shelf	shelf	NOUN	NN	Number=Sing	3	obl	_	_
7	but	but	CCONJ	CC	_	10	cc	_	_
8	did	do	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	10	aux	_	_
9	not	not	PART	RB	Polarity=Neg	10	advmod	_	_
10	break	break	VERB	VB	VerbForm=Inf	3	conj	_	SpaceAfter=No
11	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-025
# text = We walked along the coast for three hours and saw only two boats.
1	We	we	PRON	PRP	Case=Nom|Number=Plur|Person=1|PronType=Prs	2	nsubj	_	_
2	walked	walk	VERB	VBD	Mood=Ind|Number=Plur|Person=1|Tense=Past|VerbForm=Fin	0	root	_	_
3	along	along	ADP	IN	_	5	case	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
5	coast	coast	NOUN	NN	Number=Sing	2	obl	_	_
6	for	for	ADP	IN	_	8	case	_	_
7	three	three	NUM	CD	NumForm=Word|NumType=Card	8	nummod	_	_
8	hours	hour	NOUN	NNS	Number=Plur	2	obl	_	_
9	and	and	CCONJ	CC	_	10	cc	_	_
10	saw	see	VERB	VBD	Mood=Ind|Number=Plur|Person=1|Tense=Past|VerbForm=Fin	2	conj	_	_
11	only	only	ADV	RB	_	13	advmod	_	_
12	two	two	NUM	CD	NumForm=Word|NumType=Card	13	nummod	_	_
13	boats	boat	NOUN	NNS	Number=Plur	10	obj	_	SpaceAfter=No
14	.	.	PUNCT	.	_	2	punct	_	_

# sent_id = sample-026
# text = Have you ever eaten bread that was baked on hot stones?
1	Have	have	AUX	VBP	Mood=Ind|Number=Sing|Person=2|Tense=Pres|VerbForm=Fin	4	aux	_	_
2	you	you	PRON	PRP	Case=Nom|Person=2|PronType=Prs	4	nsubj	_	_
3	ever	ever	ADV	RB	PronType=Ind	4	advmod	_	_
4	eaten	eat	VERB	VBN	Tense=Past|VerbForm=Part	0	root	_	_
5	bread	bread	NOUN	NN	Number=Sing	4	obj	_	_
6	that	that	PRON	WDT	PronType=Rel	8	nsubj:pass	_	_
7	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	8	aux:pass	_	_
8	baked	bake	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	5	acl:relcl	_	_
9	on	on	ADP	IN	_	11	case	_	_
10	hot	hot	ADJ	JJ	Degree=Pos	11	amod	_	_
11	stones	stone	NOUN	NNS	Number=Plur	8	obl	_	SpaceAfter=No
12	?	?	PUNCT	.	_	4	punct	_	_

# sent_id = sample-027
# text = Maria, please close the window before you leave.
1	Maria	Maria	PROPN	NNP	Number=Sing	4	vocative	_	SpaceAfter=No
2	,	,	PUNCT	,	_	1	punct	_	_
3	please	please	INTJ	UH	_	4	discourse	_	_
4	close	close	VERB	VB	Mood=Imp|VerbForm=Fin	0	root	_	_
5	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
6	window	window	NOUN	NN	Number=Sing	4	obj	_	_
7	before	before	SCONJ	IN	_	9	mark	_	_
8	you	you	PRON	PRP	Case=Nom|Person=2|PronType=Prs	9	nsubj	_	_
9	leave	leave	VERB	VBP	Mood=Ind|Number=Sing|Person=2|Tense=Pres|VerbForm=Fin	4	advcl	_	SpaceAfter=No
10	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-028
# text = The committee elected Dara Whitlock president for a second term.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	committee	committee	NOUN	NN	Number=Sing	3	nsubj	_	_
3	elected	elect	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	Dara	Dara	PROPN	NNP	Number=Sing	3	obj	_	_
5	Whitlock	Whitlock	PROPN	NNP	Number=Sing	4	flat	_	_
6	president	president	NOUN	NN	Number=Sing	3	xcomp	_	_
7	for	for	ADP	IN	_	10	case	_	_
8	a	a	DET	DT	Definite=Ind|PronType=Art	10	det	_	_
9	second	second	ADJ	JJ	Degree=Pos|NumForm=Word|NumType=Ord	10	amod	_	_
10	term	term	NOUN	NN	Number=Sing	3	obl	_	SpaceAfter=No
11	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-029
# text = Running water had carved deep lines into the rock.
1	Running	run	VERB	VBG	VerbForm=Ger	2	amod	_	_
2	water	water	NOUN	NN	Number=Sing	4	nsubj	_	_
3	had	have	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	4	aux	_	_
4	carved	carve	VERB	VBN	Tense=Past|VerbForm=Part	0	root	_	_
5	deep	deep	ADJ	JJ	Degree=Pos	6	amod	_	_
6	lines	line	NOUN	NNS	Number=Plur	4	obj	_	_
7	into	into	ADP	IN	_	9	case	_	_
8	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
9	rock	rock	NOUN	NN	Number=Sing	4	obl	_	SpaceAfter=No
10	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-030
# text = He picked up the letter, read it twice, and put it away.
1	He	he	PRON	PRP	Case=Nom|Gender=Masc|Number=Sing|Person=3|PronType=Prs	2	nsubj	_	_
2	picked	pick	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
3	up	up	ADP	RP	_	2	compound:prt	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
5	letter	letter	NOUN	NN	Number=Sing	2	obj	_	SpaceAfter=No
6	,	,	PUNCT	,	_	7	punct	_	_
7	read	read	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	2	conj	_	_
8	it	it	PRON	PRP	Case=Acc|Gender=Neut|Number=Sing|Person=3|PronType=Prs	7	obj	_	_
9	twice	twice	ADV	RB	NumForm=Word|NumType=Mult	7	advmod	_	SpaceAfter=No
10	,	,	PUNCT	,	_	12	punct	_	_
11	and	and	CCONJ	CC	_	12	cc	_	_
12	put	put	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	2	conj	_	_
13	it	it	PRON	PRP	Case=Acc|Gender=Neut|Number=Sing|Person=3|PronType=Prs	12	obj	_	_
14	away	away	ADP	RP	_	12	compound:prt	_	SpaceAfter=No
15	.	.	PUNCT	.	_	2	punct	_	_

# sent_id = sample-031
# text = The scientists believe that the whales follow the warm current north.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	scientists	scientist	NOUN	NNS	Number=Plur	3	nsubj	_	_
3	believe	believe	VERB	VBP	Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
4	that	that	SCONJ	IN	_	7	mark	_	_
5	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
6	whales	whale	NOUN	NNS	Number=Plur	7	nsubj	_	_
7	follow	follow	VERB	VBP	Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin	3	ccomp	_	_
8	the	the	DET	DT	Definite=Def|PronType=Art	10	det	_	_
9	warm	warm	ADJ	JJ	Degree=Pos	10	amod	_	_
10	current	current	NOUN	NN	Number=Sing	7	obj	_	_
11	north	north	ADV	RB	_	7	advmod	_	SpaceAfter=No
12	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-032
# text = Neither the map nor the guidebook mentioned the tunnel.
1	Neither	neither	CCONJ	CC	Polarity=Neg	3	cc:preconj	_	_
2	the	the	DET	DT	Definite=Def|PronType=Art	3	det	_	_
3	map	map	NOUN	NN	Number=Sing	7	nsubj	_	_
4	nor	nor	CCONJ	CC	Polarity=Neg	6	cc	_	_
5	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
6	guidebook	guidebook	NOUN	NN	Number=Sing	3	conj	_	_
7	mentioned	mention	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
8	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
9	tunnel	tunnel	NOUN	NN	Number=Sing	7	obj	_	SpaceAfter=No
10	.	.	PUNCT	.	_	7	punct	_	_

# sent_id = sample-033
# text = The books on the top shelf belong to my grandfather.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	books	book	NOUN	NNS	Number=Plur	7	nsubj	_	_
3	on	on	ADP	IN	_	6	case	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
5	top	top	ADJ	JJ	Degree=Pos	6	amod	_	_
6	shelf	shelf	NOUN	NN	Number=Sing	2	nmod	_	_
7	belong	belong	VERB	VBP	Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
8	to	to	ADP	IN	_	10	case	_	_
9	my	my	PRON	PRP$	Case=Gen|Number=Sing|Person=1|Poss=Yes|PronType=Prs	10	nmod:poss	_	_
10	grandfather	grandfather	NOUN	NN	Number=Sing	7	obl	_	SpaceAfter=No
11	.	.	PUNCT	.	_	7	punct	_	_

# sent_id = sample-034
# text = I'll be there in ten minutes, so start without me.
1-2	I'll	_	_	_	_	_	_	_	_
1	I	I	PRON	PRP	Case=Nom|Number=Sing|Person=1|PronType=Prs	4	nsubj	_	_
2	'll	will	AUX	MD	VerbForm=Fin	4	aux	_	_
3	be	be	AUX	VB	VerbForm=Inf	4	cop	_	_
4	there	there	ADV	RB	PronType=Dem	0	root	_	_
5	in	in	ADP	IN	_	7	case	_	_
6	ten	ten	NUM	CD	NumForm=Word|NumType=Card	7	nummod	_	_
7	minutes	minute	NOUN	NNS	Number=Plur	4	obl	_	SpaceAfter=No
8	,	,	PUNCT	,	_	10	punct	_	_
9	so	so	ADV	RB	_	10	advmod	_	_
10	start	start	VERB	VB	Mood=Imp|VerbForm=Fin	4	parataxis	_	_
11	without	without	ADP	IN	_	12	case	_	_
12	me	I	PRON	PRP	Case=Acc|Number=Sing|Person=1|PronType=Prs	10	obl	_	SpaceAfter=No
13	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-035
# text = Who left these muddy boots beside the front door?
1	Who	who	PRON	WP	PronType=Int	2	nsubj	_	_
2	left	leave	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
3	these	this	DET	DT	Number=Plur|PronType=Dem	5	det	_	_
4	muddy	muddy	ADJ	JJ	Degree=Pos	5	amod	_	_
5	boots	boot	NOUN	NNS	Number=Plur	2	obj	_	_
6	beside	beside	ADP	IN	_	9	case	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
8	front	front	ADJ	JJ	Degree=Pos	9	amod	_	_
9	door	door	NOUN	NN	Number=Sing	2	obl	_	SpaceAfter=No
10	?	?	PUNCT	.	_	2	punct	_	_

# sent_id = sample-036
# text = The nurse helped the old man stand up slowly.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	nurse	nurse	NOUN	NN	Number=Sing	3	nsubj	_	_
3	helped	help	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
5	old	old	ADJ	JJ	Degree=Pos	6	amod	_	_
6	man	man	NOUN	NN	Number=Sing	3	obj	_	_
7	stand	stand	VERB	VB	VerbForm=Inf	3	xcomp	_	_
8	up	up	ADP	RP	_	7	compound:prt	_	_
9	slowly	slowly	ADV	RB	_	7	advmod	_	SpaceAfter=No
10	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-037
# text = My sister, who lives in Lisbon, teaches physics at a night school.
1	My	my	PRON	PRP$	Case=Gen|Number=Sing|Person=1|Poss=Yes|PronType=Prs	2	nmod:poss	_	_
2	sister	sister	NOUN	NN	Number=Sing	9	nsubj	_	SpaceAfter=No
3	,	,	PUNCT	,	_	5	punct	_	_
4	who	who	PRON	WP	PronType=Rel	5	nsubj	_	_
5	lives	live	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	2	acl:relcl	_	_
6	in	in	ADP	IN	_	7	case	_	_
7	Lisbon	Lisbon	PROPN	NNP	Number=Sing	5	obl	_	SpaceAfter=No
8	,	,	PUNCT	,	_	5	punct	_	_
9	teaches	teach	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
10	physics	physics	NOUN	NN	Number=Sing	9	obj	_	_
11	at	at	ADP	IN	_	14	case	_	_
12	a	a	DET	DT	Definite=Ind|PronType=Art	14	det	_	_
13	night	night	NOUN	NN	Number=Sing	14	compound	_	_
14	school	school	NOUN	NN	Number=Sing	9	obl	_	SpaceAfter=No
15	.	.	PUNCT	.	_	9	punct	_	_

# sent_id = sample-038
# text = Because the road was closed, the bus took the longer route through the hills.
1	Because	because	SCONJ	IN	_	5	mark	_	_
2	the	the	DET	DT	Definite=Def|PronType=Art	3	det	_	_
3	road	road	NOUN	NN	Number=Sing	5	nsubj:pass	_	_
4	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	5	aux:pass	_	_
5	closed	close	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	9	advcl	_	SpaceAfter=No
6	,	,	PUNCT	,	_	5	punct	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
8	bus	bus	NOUN	NN	Number=Sing	9	nsubj	_	_
9	took	take	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
10	the	the	DET	DT	Definite=Def|PronType=Art	12	det	_	_
11	longer	long	ADJ	JJR	Degree=Cmp	12	amod	_	_
12	route	route	NOUN	NN	Number=Sing	9	obj	_	_
13	through	through	ADP	IN	_	15	case	_	_
14	the	the	DET	DT	Definite=Def|PronType=Art	15	det	_	_
15	hills	hill	NOUN	NNS	Number=Plur	12	nmod	_	SpaceAfter=No
16	.	.	PUNCT	.	_	9	punct	_	_

# sent_id = sample-039
# text = Open the lid, stir the rice, and add a little butter.
1	Open	open	VERB	VB	Mood=Imp|VerbForm=Fin	0	root	_	_
2	the	the	DET	DT	Definite=Def|PronType=Art	3	det	_	_
3	lid	lid	NOUN	NN	Number=Sing	1	obj	_	SpaceAfter=No
4	,	,	PUNCT	,	_	5	punct	_	_
5	stir	stir	VERB	VB	Mood=Imp|VerbForm=Fin	1	conj	_	_
6	the	the	DET	DT	Definite=Def|PronType=Art	7	det	_	_
7	rice	rice	NOUN	NN	Number=Sing	5	obj	_	SpaceAfter=No
8	,	,	PUNCT	,	_	10	punct	_	_
9	and	and	CCONJ	CC	_	10	cc	_	_
10	add	add	VERB	VB	Mood=Imp|VerbForm=Fin	1	conj	_	_
11	a	a	DET	DT	Definite=Ind|PronType=Art	13	det	_	_
12	little	little	ADJ	JJ	Degree=Pos	13	amod	_	_
13	butter	butter	NOUN	NN	Number=Sing	10	obj	_	SpaceAfter=No
14	.	.	PUNCT	.	_	1	punct	_	_

# sent_id = sample-040
# text = That the experiment failed surprised nobody in the laboratory.
1	That	that	SCONJ	IN	_	4	mark	_	_
2	the	the	DET	DT	Definite=Def|PronType=Art	3	det	_	_
3	experiment	experiment	NOUN	NN	Number=Sing	4	nsubj	_	_
4	failed	fail	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	5	csubj	_	_
5	surprised	surprise	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
6	nobody	nobody	PRON	NN	Number=Sing|PronType=Neg	5	obj	_	_
7	in	in	ADP	IN	_	9	case	_	_
8	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
9	laboratory	laboratory	NOUN	NN	Number=Sing	6	nmod	_	SpaceAfter=No
10	.	.	PUNCT	.	_	5	punct	_	_

# sent_id = sample-041
# text = The dog that chased the cats is barking at the mail carrier again.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	dog	dog	NOUN	NN	Number=Sing	8	nsubj	_	_
3	that	that	PRON	WDT	PronType=Rel	4	nsubj	_	_
4	chased	chase	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	2	acl:relcl	_	_
5	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
6	cats	cat	NOUN	NNS	Number=Plur	4	obj	_	_
7	is	be	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	8	aux	_	_
8	barking	bark	VERB	VBG	Tense=Pres|VerbForm=Part	0	root	_	_
9	at	at	ADP	IN	_	12	case	_	_
10	the	the	DET	DT	Definite=Def|PronType=Art	12	det	_	_
11	mail	mail	NOUN	NN	Number=Sing	12	compound	_	_
12	carrier	carrier	NOUN	NN	Number=Sing	8	obl	_	_
13	again	again	ADV	RB	_	8	advmod	_	SpaceAfter=No
14	.	.	PUNCT	.	_	8	punct	_	_

# sent_id = sample-042
# text = Gold is heavier than silver, but silver conducts electricity better than gold.
1	Gold	gold	NOUN	NN	Number=Sing	3	nsubj	_	_
2	is	be	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	3	cop	_	_
3	heavier	heavy	ADJ	JJR	Degree=Cmp	0	root	_	_
4	than	than	ADP	IN	_	5	case	_	_
5	silver	silver	NOUN	NN	Number=Sing	3	obl	_	SpaceAfter=No
6	,	,	PUNCT	,	_	9	punct	_	_
7	but	but	CCONJ	CC	_	9	cc	_	_
8	silver	silver	NOUN	NN	Number=Sing	9	nsubj	_	_
9	conducts	conduct	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	3	conj	_	_
10	electricity	electricity	NOUN	NN	Number=Sing	9	obj	_	_
11	better	well	ADV	RBR	Degree=Cmp	9	advmod	_	_
12	than	than	ADP	IN	_	13	case	_	_
13	gold	gold	NOUN	NN	Number=Sing	11	obl	_	SpaceAfter=No
14	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-043
# text = Lena asked Omar to lend her his umbrella because hers was broken.
1	Lena	Lena	PROPN	NNP	Number=Sing	2	nsubj	_	_
2	asked	ask	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
3	Omar	Omar	PROPN	NNP	Number=Sing	2	iobj	_	_
4	to	to	PART	TO	_	5	mark	_	_
5	lend	lend	VERB	VB	VerbForm=Inf	2	xcomp	_	_
6	her	she	PRON	PRP	Case=Acc|Gender=Fem|Number=Sing|Person=3|PronType=Prs	5	iobj	_	_
7	his	his	PRON	PRP$	Case=Gen|Gender=Masc|Number=Sing|Person=3|Poss=Yes|PronType=Prs	8	nmod:poss	_	_
8	umbrella	umbrella	NOUN	NN	Number=Sing	5	obj	_	_
9	because	because	SCONJ	IN	_	12	mark	_	_
10	hers	her	PRON	PRP	Gender=Fem|Number=Sing|Person=3|Poss=Yes|PronType=Prs	12	nsubj	_	_
11	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	12	cop	_	_
12	broken	broken	ADJ	JJ	Degree=Pos	2	advcl	_	SpaceAfter=No
13	.	.	PUNCT	.	_	2	punct	_	_

# sent_id = sample-044
# text = Most of the apples in this basket are too sour to eat.
1	Most	most	ADJ	JJS	Degree=Sup	10	nsubj	_	_
2	of	of	ADP	IN	_	4	case	_	_
3	the	the	DET	DT	Definite=Def|PronType=Art	4	det	_	_
4	apples	apple	NOUN	NNS	Number=Plur	1	nmod	_	_
5	in	in	ADP	IN	_	7	case	_	_
6	this	this	DET	DT	Number=Sing|PronType=Dem	7	det	_	_
7	basket	basket	NOUN	NN	Number=Sing	4	nmod	_	_
8	are	be	AUX	VBP	Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin	10	cop	_	_
9	too	too	ADV	RB	_	10	advmod	_	_
10	sour	sour	ADJ	JJ	Degree=Pos	0	root	_	_
11	to	to	PART	TO	_	12	mark	_	_
12	eat	eat	VERB	VB	VerbForm=Inf	10	advcl	_	SpaceAfter=No
13	.	.	PUNCT	.	_	10	punct	_	_

# sent_id = sample-045
# text = The sky turned green, which frightened the horses.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	sky	sky	NOUN	NN	Number=Sing	3	nsubj	_	_
3	turned	turn	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	green	green	ADJ	JJ	Degree=Pos	3	xcomp	_	SpaceAfter=No
5	,	,	PUNCT	,	_	7	punct	_	_
6	which	which	PRON	WDT	PronType=Rel	7	nsubj	_	_
7	frightened	frighten	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	3	advcl:relcl	_	_
8	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
9	horses	horse	NOUN	NNS	Number=Plur	7	obj	_	SpaceAfter=No
10	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-046
# text = Let's meet at the fountain near the station at noon.
1-2	Let's	_	_	_	_	_	_	_	_
1	Let	let	VERB	VB	Mood=Imp|VerbForm=Fin	0	root	_	_
2	's	we	PRON	PRP	Case=Acc|Number=Plur|Person=1|PronType=Prs	1	obj	_	_
3	meet	meet	VERB	VB	VerbForm=Inf	1	xcomp	_	_
4	at	at	ADP	IN	_	6	case	_	_
5	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
6	fountain	fountain	NOUN	NN	Number=Sing	3	obl	_	_
7	near	near	ADP	IN	_	9	case	_	_
8	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
9	station	station	NOUN	NN	Number=Sing	6	nmod	_	_
10	at	at	ADP	IN	_	11	case	_	_
11	noon	noon	NOUN	NN	Number=Sing	3	obl	_	SpaceAfter=No
12	.	.	PUNCT	.	_	1	punct	_	_

# sent_id = sample-047
# text = A large number of birds rest on the lake during the winter.
1	A	a	DET	DT	Definite=Ind|PronType=Art	3	det	_	_
2	large	large	ADJ	JJ	Degree=Pos	3	amod	_	_
3	number	number	NOUN	NN	Number=Sing	6	nsubj	_	_
4	of	of	ADP	IN	_	5	case	_	_
5	birds	bird	NOUN	NNS	Number=Plur	3	nmod	_	_
6	rest	rest	VERB	VBP	Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
7	on	on	ADP	IN	_	9	case	_	_
8	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
9	lake	lake	NOUN	NN	Number=Sing	6	obl	_	_
10	during	during	ADP	IN	_	12	case	_	_
11	the	the	DET	DT	Definite=Def|PronType=Art	12	det	_	_
12	winter	winter	NOUN	NN	Number=Sing	6	obl	_	SpaceAfter=No
13	.	.	PUNCT	.	_	6	punct	_	_

# sent_id = sample-048
# text = The contract must be signed before the end of the month.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	contract	contract	NOUN	NN	Number=Sing	5	nsubj:pass	_	_
3	must	must	AUX	MD	VerbForm=Fin	5	aux	_	_
4	be	be	AUX	VB	VerbForm=Inf	5	aux:pass	_	_
5	signed	sign	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	0	root	_	_
6	before	before	ADP	IN	_	8	case	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
8	end	end	NOUN	NN	Number=Sing	5	obl	_	_
9	of	of	ADP	IN	_	11	case	_	_
10	the	the	DET	DT	Definite=Def|PronType=Art	11	det	_	_
11	month	month	NOUN	NN	Number=Sing	8	nmod	_	SpaceAfter=No
12	.	.	PUNCT	.	_	5	punct	_	_

# sent_id = sample-049
# text = Why are you still laughing at that old joke?
1	Why	why	ADV	WRB	PronType=Int	5	advmod	_	_
2	are	be	AUX	VBP	Mood=Ind|Number=Sing|Person=2|Tense=Pres|VerbForm=Fin	5	aux	_	_
3	you	you	PRON	PRP	Case=Nom|Person=2|PronType=Prs	5	nsubj	_	_
4	still	still	ADV	RB	_	5	advmod	_	_
5	laughing	laugh	VERB	VBG	Tense=Pres|VerbForm=Part	0	root	_	_
6	at	at	ADP	IN	_	9	case	_	_
7	that	that	DET	DT	Number=Sing|PronType=Dem	9	det	_	_
8	old	old	ADJ	JJ	Degree=Pos	9	amod	_	_
9	joke	joke	NOUN	NN	Number=Sing	5	obl	_	SpaceAfter=No
10	?	?	PUNCT	.	_	5	punct	_	_

# sent_id = sample-050
# text = The farmer whom the reporters interviewed grows lentils, barley, and peas.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	farmer	farmer	NOUN	NN	Number=Sing	7	nsubj	_	_
3	whom	whom	PRON	WP	PronType=Rel	6	obj	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
5	reporters	reporter	NOUN	NNS	Number=Plur	6	nsubj	_	_
6	interviewed	interview	VERB	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	2	acl:relcl	_	_
7	grows	grow	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
8	lentils	lentil	NOUN	NNS	Number=Plur	7	obj	_	SpaceAfter=No
9	,	,	PUNCT	,	_	10	punct	_	_
10	barley	barley	NOUN	NN	Number=Sing	8	conj	_	SpaceAfter=No
11	,	,	PUNCT	,	_	13	punct	_	_
12	and	and	CCONJ	CC	_	13	cc	_	_
13	peas	pea	NOUN	NNS	Number=Plur	8	conj	_	SpaceAfter=No
14	.	.	PUNCT	.	_	7	punct	_	_

# sent_id = sample-051
# text = Our guide said that the cave had been discovered by two shepherds.
1	Our	our	PRON	PRP$	Case=Gen|Number=Plur|Person=1|Poss=Yes|PronType=Prs	2	nmod:poss	_	_
2	guide	guide	NOUN	NN	Number=Sing	3	nsubj	_	_
3	said	say	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	that	that	SCONJ	IN	_	9	mark	_	_
5	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
6	cave	cave	NOUN	NN	Number=Sing	9	nsubj:pass	_	_
7	had	have	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	9	aux	_	_
8	been	be	AUX	VBN	Tense=Past|VerbForm=Part	9	aux:pass	_	_
9	discovered	discover	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	3	ccomp	_	_
10	by	by	ADP	IN	_	12	case	_	_
11	two	two	NUM	CD	NumForm=Word|NumType=Card	12	nummod	_	_
12	shepherds	shepherd	NOUN	NNS	Number=Plur	9	obl:agent	_	SpaceAfter=No
13	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-052
# text = Oh, I completely forgot to water the plants!
1	Oh	oh	INTJ	UH	_	5	discourse	_	SpaceAfter=No
2	,	,	PUNCT	,	_	1	punct	_	_
3	I	I	PRON	PRP	Case=Nom|Number=Sing|Person=1|PronType=Prs	5	nsubj	_	_
4	completely	completely	ADV	RB	_	5	advmod	_	_
5	forgot	forget	VERB	VBD	Mood=Ind|Number=Sing|Person=1|Tense=Past|VerbForm=Fin	0	root	_	_
6	to	to	PART	TO	_	7	mark	_	_
7	water	water	VERB	VB	VerbForm=Inf	5	xcomp	_	_
8	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
9	plants	plant	NOUN	NNS	Number=Plur	7	obj	_	SpaceAfter=No
10	!	!	PUNCT	.	_	5	punct	_	_

# sent_id = sample-053
# text = The price of the tickets has doubled since the theater reopened.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	price	price	NOUN	NN	Number=Sing	7	nsubj	_	_
3	of	of	ADP	IN	_	5	case	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
5	tickets	ticket	NOUN	NNS	Number=Plur	2	nmod	_	_
6	has	have	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	7	aux	_	_
7	doubled	double	VERB	VBN	Tense=Past|VerbForm=Part	0	root	_	_
8	since	since	SCONJ	IN	_	11	mark	_	_
9	the	the	DET	DT	Definite=Def|PronType=Art	10	det	_	_
10	theater	theater	NOUN	NN	Number=Sing	11	nsubj	_	_
11	reopened	reopen	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	7	advcl	_	SpaceAfter=No
12	.	.	PUNCT	.	_	7	punct	_	_

# sent_id = sample-054
# text = Several villages were cut off by the snow, and helicopters brought them food.
1	Several	several	ADJ	JJ	Degree=Pos	2	amod	_	_
2	villages	village	NOUN	NNS	Number=Plur	4	nsubj:pass	_	_
3	were	be	AUX	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	4	aux:pass	_	_
4	cut	cut	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	0	root	_	_
5	off	off	ADP	RP	_	4	compound:prt	_	_
6	by	by	ADP	IN	_	8	case	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
8	snow	snow	NOUN	NN	Number=Sing	4	obl:agent	_	SpaceAfter=No
9	,	,	PUNCT	,	_	12	punct	_	_
10	and	and	CCONJ	CC	_	12	cc	_	_
11	helicopters	helicopter	NOUN	NNS	Number=Plur	12	nsubj	_	_
12	brought	bring	VERB	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	4	conj	_	_
13	them	they	PRON	PRP	Case=Acc|Number=Plur|Person=3|PronType=Prs	12	iobj	_	_
14	food	food	NOUN	NN	Number=Sing	12	obj	_	SpaceAfter=No
15	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-055
# text = Marwenna found a coin, and Marwenna's brother found its twin.
1	Marwenna	Marwenna	PROPN	NNP	Number=Sing	2	nsubj	_	_
2	found	find	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
3	a	a	DET	DT	Definite=Ind|PronType=Art	4	det	_	_
4	coin	coin	NOUN	NN	Number=Sing	2	obj	_	SpaceAfter=No
5	,	,	PUNCT	,	_	10	punct	_	_
6	and	and	CCONJ	CC	_	10	cc	_	_
7-8	Marwenna's	_	_	_	_	_	_	_	_
7	Marwenna	Marwenna	PROPN	NNP	Number=Sing	9	nmod:poss	_	_
8	's	's	PART	POS	_	7	case	_	_
9	brother	brother	NOUN	NN	Number=Sing	10	nsubj	_	_
10	found	find	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	2	conj	_	_
11	its	its	PRON	PRP$	Case=Gen|Gender=Neut|Number=Sing|Person=3|Poss=Yes|PronType=Prs	12	nmod:poss	_	_
12	twin	twin	NOUN	NN	Number=Sing	10	obj	_	SpaceAfter=No
13	.	.	PUNCT	.	_	2	punct	_	_

# sent_id = sample-056
# text = When Marwenna laughed, everyone who knew Marwenna laughed too.
1	When	when	ADV	WRB	PronType=Int	3	advmod	_	_
2	Marwenna	Marwenna	PROPN	NNP	Number=Sing	3	nsubj	_	_
3	laughed	laugh	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	9	advcl	_	SpaceAfter=No
4	,	,	PUNCT	,	_	3	punct	_	_
5	everyone	everyone	PRON	NN	Number=Sing|PronType=Tot	9	nsubj	_	_
6	who	who	PRON	WP	PronType=Rel	7	nsubj	_	_
7	knew	know	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	5	acl:relcl	_	_
8	Marwenna	Marwenna	PROPN	NNP	Number=Sing	7	obj	_	_
9	laughed	laugh	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
10	too	too	ADV	RB	_	9	advmod	_	SpaceAfter=No
11	.	.	PUNCT	.	_	9	punct	_	_

# sent_id = sample-057
# text = The letter addressed to Marwenna was returned to the sender last week.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	letter	letter	NOUN	NN	Number=Sing	7	nsubj:pass	_	_
3	addressed	address	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	2	acl	_	_
4	to	to	ADP	IN	_	5	case	_	_
5	Marwenna	Marwenna	PROPN	NNP	Number=Sing	3	obl	_	_
6	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	7	aux:pass	_	_
7	returned	return	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	0	root	_	_
8	to	to	ADP	IN	_	10	case	_	_
9	the	the	DET	DT	Definite=Def|PronType=Art	10	det	_	_
10	sender	sender	NOUN	NN	Number=Sing	7	obl	_	_
11	last	last	ADJ	JJ	Degree=Pos	12	amod	_	_
12	week	week	NOUN	NN	Number=Sing	7	obl:unmarked	_	SpaceAfter=No
13	.	.	PUNCT	.	_	7	punct	_	_

# sent_id = sample-058
# text = The water in the harbor is much deeper than it looks.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	water	water	NOUN	NN	Number=Sing	8	nsubj	_	_
3	in	in	ADP	IN	_	5	case	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
5	harbor	harbor	NOUN	NN	Number=Sing	2	nmod	_	_
6	is	be	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	8	cop	_	_
7	much	much	ADV	RB	_	8	advmod	_	_
8	deeper	deep	ADJ	JJR	Degree=Cmp	0	root	_	_
9	than	than	SCONJ	IN	_	11	mark	_	_
10	it	it	PRON	PRP	Case=Nom|Gender=Neut|Number=Sing|Person=3|PronType=Prs	11	nsubj	_	_
11	looks	look	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	8	advcl	_	SpaceAfter=No
12	.	.	PUNCT	.	_	8	punct	_	_

# sent_id = sample-059
# text = You should have told us that the meeting was canceled.
1	You	you	PRON	PRP	Case=Nom|Person=2|PronType=Prs	4	nsubj	_	_
2	should	should	AUX	MD	VerbForm=Fin	4	aux	_	_
3	have	have	AUX	VB	VerbForm=Inf	4	aux	_	_
4	told	tell	VERB	VBN	Tense=Past|VerbForm=Part	0	root	_	_
5	us	we	PRON	PRP	Case=Acc|Number=Plur|Person=1|PronType=Prs	4	iobj	_	_
6	that	that	SCONJ	IN	_	10	mark	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
8	meeting	meeting	NOUN	NN	Number=Sing	10	nsubj:pass	_	_
9	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	10	aux:pass	_	_
10	canceled	cancel	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	4	ccomp	_	SpaceAfter=No
11	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-060
# text = The violin teacher's students practice in the attic on Sundays.
1	The	the	DET	DT	Definite=Def|PronType=Art	3	det	_	_
2	violin	violin	NOUN	NN	Number=Sing	3	compound	_	_
3-4	teacher's	_	_	_	_	_	_	_	_
3	teacher	teacher	NOUN	NN	Number=Sing	5	nmod:poss	_	_
4	's	's	PART	POS	_	3	case	_	_
5	students	student	NOUN	NNS	Number=Plur	6	nsubj	_	_
6	practice	practice	VERB	VBP	Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
7	in	in	ADP	IN	_	9	case	_	_
8	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
9	attic	attic	NOUN	NN	Number=Sing	6	obl	_	_
10	on	on	ADP	IN	_	11	case	_	_
11	Sundays	Sunday	PROPN	NNPS	Number=Plur	6	obl	_	SpaceAfter=No
12	.	.	PUNCT	.	_	6	punct	_	_

# sent_id = sample-061
# text = The parrot can imitate a doorbell, a telephone, and a crying baby.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	parrot	parrot	NOUN	NN	Number=Sing	4	nsubj	_	_
3	can	can	AUX	MD	VerbForm=Fin	4	aux	_	_
4	imitate	imitate	VERB	VB	VerbForm=Inf	0	root	_	_
5	a	a	DET	DT	Definite=Ind|PronType=Art	6	det	_	_
6	doorbell	doorbell	NOUN	NN	Number=Sing	4	obj	_	SpaceAfter=No
7	,	,	PUNCT	,	_	9	punct	_	_
8	a	a	DET	DT	Definite=Ind|PronType=Art	9	det	_	_
9	telephone	telephone	NOUN	NN	Number=Sing	6	conj	_	SpaceAfter=No
10	,	,	PUNCT	,	_	14	punct	_	_
11	and	and	CCONJ	CC	_	14	cc	_	_
12	a	a	DET	DT	Definite=Ind|PronType=Art	14	det	_	_
13	crying	cry	VERB	VBG	VerbForm=Ger	14	amod	_	_
14	baby	baby	NOUN	NN	Number=Sing	6	conj	_	SpaceAfter=No
15	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-062
# text = What the witness said was true, although the lawyer doubted it.
1	What	what	PRON	WP	PronType=Rel	6	nsubj	_	_
2	the	the	DET	DT	Definite=Def|PronType=Art	3	det	_	_
3	witness	witness	NOUN	NN	Number=Sing	4	nsubj	_	_
4	said	say	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	1	acl:relcl	_	_
5	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	6	cop	_	_
6	true	true	ADJ	JJ	Degree=Pos	0	root	_	SpaceAfter=No
7	,	,	PUNCT	,	_	11	punct	_	_
8	although	although	SCONJ	IN	_	11	mark	_	_
9	the	the	DET	DT	Definite=Def|PronType=Art	10	det	_	_
10	lawyer	lawyer	NOUN	NN	Number=Sing	11	nsubj	_	_
11	doubted	doubt	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	6	advcl	_	_
12	it	it	PRON	PRP	Case=Acc|Gender=Neut|Number=Sing|Person=3|PronType=Prs	11	obj	_	SpaceAfter=No
13	.	.	PUNCT	.	_	6	punct	_	_

# sent_id = sample-063
# text = Did the gardener really plant four hundred tulips by himself?
1	Did	do	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	5	aux	_	_
2	the	the	DET	DT	Definite=Def|PronType=Art	3	det	_	_
3	gardener	gardener	NOUN	NN	Number=Sing	5	nsubj	_	_
4	really	really	ADV	RB	_	5	advmod	_	_
5	plant	plant	VERB	VB	VerbForm=Inf	0	root	_	_
6	four	four	NUM	CD	NumForm=Word|NumType=Card	7	compound	_	_
7	hundred	hundred	NUM	CD	NumForm=Word|NumType=Card	8	nummod	_	_
8	tulips	tulip	NOUN	NNS	Number=Plur	5	obj	_	_
9	by	by	ADP	IN	_	10	case	_	_
10	himself	himself	PRON	PRP	Case=Acc|Gender=Masc|Number=Sing|Person=3|PronType=Prs|Reflex=Yes	5	obl	_	SpaceAfter=No
11	?	?	PUNCT	.	_	5	punct	_	_

# sent_id = sample-064
# text = The dancers rehearsed until midnight, yet they were not satisfied.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	dancers	dancer	NOUN	NNS	Number=Plur	3	nsubj	_	_
3	rehearsed	rehearse	VERB	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	until	until	ADP	IN	_	5	case	_	_
5	midnight	midnight	NOUN	NN	Number=Sing	3	obl	_	SpaceAfter=No
6	,	,	PUNCT	,	_	11	punct	_	_
7	yet	yet	CCONJ	CC	_	11	cc	_	_
8	they	they	PRON	PRP	Case=Nom|Number=Plur|Person=3|PronType=Prs	11	nsubj	_	_
9	were	be	AUX	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	11	cop	_	_
10	not	not	PART	RB	Polarity=Neg	11	advmod	_	_
11	satisfied	satisfied	ADJ	JJ	Degree=Pos	3	conj	_	SpaceAfter=No
12	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-065
# text = He is considered one of the finest chess players in Wales.
1	He	he	PRON	PRP	Case=Nom|Gender=Masc|Number=Sing|Person=3|PronType=Prs	3	nsubj:pass	_	_
2	is	be	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	3	aux:pass	_	_
3	considered	consider	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	0	root	_	_
4	one	one	NUM	CD	NumForm=Word|NumType=Card	3	xcomp	_	_
5	of	of	ADP	IN	_	9	case	_	_
6	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
7	finest	fine	ADJ	JJS	Degree=Sup	9	amod	_	_
8	chess	chess	NOUN	NN	Number=Sing	9	compound	_	_
9	players	player	NOUN	NNS	Number=Plur	4	nmod	_	_
10	in	in	ADP	IN	_	11	case	_	_
11	Wales	Wales	PROPN	NNP	Number=Sing	9	nmod	_	SpaceAfter=No
12	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-066
# text = Ice floats because it is less dense than liquid water.
1	Ice	ice	NOUN	NN	Number=Sing	2	nsubj	_	_
2	floats	float	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
3	because	because	SCONJ	IN	_	7	mark	_	_
4	it	it	PRON	PRP	Case=Nom|Gender=Neut|Number=Sing|Person=3|PronType=Prs	7	nsubj	_	_
5	is	be	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	7	cop	_	_
6	less	less	ADV	RBR	Degree=Cmp	7	advmod	_	_
7	dense	dense	ADJ	JJ	Degree=Pos	2	advcl	_	_
8	than	than	ADP	IN	_	10	case	_	_
9	liquid	liquid	ADJ	JJ	Degree=Pos	10	amod	_	_
10	water	water	NOUN	NN	Number=Sing	7	obl	_	SpaceAfter=No
11	.	.	PUNCT	.	_	2	punct	_	_

# sent_id = sample-067
# text = The editor, a quiet woman from Norway, corrected every page by hand.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	editor	editor	NOUN	NN	Number=Sing	10	nsubj	_	SpaceAfter=No
3	,	,	PUNCT	,	_	6	punct	_	_
4	a	a	DET	DT	Definite=Ind|PronType=Art	6	det	_	_
5	quiet	quiet	ADJ	JJ	Degree=Pos	6	amod	_	_
6	woman	woman	NOUN	NN	Number=Sing	2	appos	_	_
7	from	from	ADP	IN	_	8	case	_	_
8	Norway	Norway	PROPN	NNP	Number=Sing	6	nmod	_	SpaceAfter=No
9	,	,	PUNCT	,	_	6	punct	_	_
10	corrected	correct	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
11	every	every	DET	DT	PronType=Tot	12	det	_	_
12	page	page	NOUN	NN	Number=Sing	10	obj	_	_
13	by	by	ADP	IN	_	14	case	_	_
14	hand	hand	NOUN	NN	Number=Sing	10	obl	_	SpaceAfter=No
15	.	.	PUNCT	.	_	10	punct	_	_

# sent_id = sample-068
# text = Stop pushing, or the whole shelf will fall down!
1	Stop	stop	VERB	VB	Mood=Imp|VerbForm=Fin	0	root	_	_
2	pushing	push	VERB	VBG	VerbForm=Ger	1	xcomp	_	SpaceAfter=No
3	,	,	PUNCT	,	_	9	punct	_	_
4	or	or	CCONJ	CC	_	9	cc	_	_
5	the	the	DET	DT	Definite=Def|PronType=Art	7	det	_	_
6	whole	whole	ADJ	JJ	Degree=Pos	7	amod	_	_
7	shelf	shelf	NOUN	NN	Number=Sing	9	nsubj	_	_
8	will	will	AUX	MD	VerbForm=Fin	9	aux	_	_
9	fall	fall	VERB	VB	VerbForm=Inf	1	conj	_	_
10	down	down	ADV	RB	_	9	advmod	_	SpaceAfter=No
11	!	!	PUNCT	.	_	1	punct	_	_

# sent_id = sample-069
# text = The engine started to smoke as soon as we left the garage.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	engine	engine	NOUN	NN	Number=Sing	3	nsubj	_	_
3	started	start	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	to	to	PART	TO	_	5	mark	_	_
5	smoke	smoke	VERB	VB	VerbForm=Inf	3	xcomp	_	_
6	as	as	ADV	RB	_	7	advmod	_	_
7	soon	soon	ADV	RB	Degree=Pos	3	advmod	_	_
8	as	as	SCONJ	IN	_	10	mark	_	_
9	we	we	PRON	PRP	Case=Nom|Number=Plur|Person=1|PronType=Prs	10	nsubj	_	_
10	left	leave	VERB	VBD	Mood=Ind|Number=Plur|Person=1|Tense=Past|VerbForm=Fin	7	advcl	_	_
11	the	the	DET	DT	Definite=Def|PronType=Art	12	det	_	_
12	garage	garage	NOUN	NN	Number=Sing	10	obj	_	SpaceAfter=No
13	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-070
# text = Three of the seven planets have rings made of ice.
1	Three	three	NUM	CD	NumForm=Word|NumType=Card	6	nsubj	_	_
2	of	of	ADP	IN	_	5	case	_	_
3	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
4	seven	seven	NUM	CD	NumForm=Word|NumType=Card	5	nummod	_	_
5	planets	planet	NOUN	NNS	Number=Plur	1	nmod	_	_
6	have	have	VERB	VBP	Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
7	rings	ring	NOUN	NNS	Number=Plur	6	obj	_	_
8	made	make	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	7	acl	_	_
9	of	of	ADP	IN	_	10	case	_	_
10	ice	ice	NOUN	NN	Number=Sing	8	obl	_	SpaceAfter=No
11	.	.	PUNCT	.	_	6	punct	_	_

# sent_id = sample-071
# text = This recipe, my grandmother told me, is older than our town.
1	This	this	DET	DT	Number=Sing|PronType=Dem	2	det	_	_
2	recipe	recipe	NOUN	NN	Number=Sing	10	nsubj	_	SpaceAfter=No
3	,	,	PUNCT	,	_	6	punct	_	_
4	my	my	PRON	PRP$	Case=Gen|Number=Sing|Person=1|Poss=Yes|PronType=Prs	5	nmod:poss	_	_
5	grandmother	grandmother	NOUN	NN	Number=Sing	6	nsubj	_	_
6	told	tell	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	10	parataxis	_	_
7	me	I	PRON	PRP	Case=Acc|Number=Sing|Person=1|PronType=Prs	6	iobj	_	SpaceAfter=No
8	,	,	PUNCT	,	_	6	punct	_	_
9	is	be	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	10	cop	_	_
10	older	old	ADJ	JJR	Degree=Cmp	0	root	_	_
11	than	than	ADP	IN	_	13	case	_	_
12	our	our	PRON	PRP$	Case=Gen|Number=Plur|Person=1|Poss=Yes|PronType=Prs	13	nmod:poss	_	_
13	town	town	NOUN	NN	Number=Sing	10	obl	_	SpaceAfter=No
14	.	.	PUNCT	.	_	10	punct	_	_

# sent_id = sample-072
# text = "We can't stay here," whispered the girl, and her brother nodded.
1	"	"	PUNCT	_	_	5	punct	_	SpaceAfter=No
2	We	we	PRON	PRP	Case=Nom|Number=Plur|Person=1|PronType=Prs	5	nsubj	_	_
3-4	can't	_	_	_	_	_	_	_	_
3	ca	can	AUX	MD	VerbForm=Fin	5	aux	_	_
4	n't	n't	PART	RB	Polarity=Neg	5	advmod	_	_
5	stay	stay	VERB	VB	VerbForm=Inf	9	ccomp	_	_
6	here	here	ADV	RB	PronType=Dem	5	advmod	_	SpaceAfter=No
7	,	,	PUNCT	,	_	5	punct	_	SpaceAfter=No
8	"	"	PUNCT	''	_	5	punct	_	_
9	whispered	whisper	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
10	the	the	DET	DT	Definite=Def|PronType=Art	11	det	_	_
11	girl	girl	NOUN	NN	Number=Sing	9	nsubj	_	SpaceAfter=No
12	,	,	PUNCT	,	_	16	punct	_	_
13	and	and	CCONJ	CC	_	16	cc	_	_
14	her	her	PRON	PRP$	Case=Gen|Gender=Fem|Number=Sing|Person=3|Poss=Yes|PronType=Prs	15	nmod:poss	_	_
15	brother	brother	NOUN	NN	Number=Sing	16	nsubj	_	_
16	nodded	nod	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	9	conj	_	SpaceAfter=No
17	.	.	PUNCT	.	_	9	punct	_	_

# sent_id = sample-073
# text = The runner from Kenya passed both of her rivals on the last lap.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	runner	runner	NOUN	NN	Number=Sing	5	nsubj	_	_
3	from	from	ADP	IN	_	4	case	_	_
4	Kenya	Kenya	PROPN	NNP	Number=Sing	2	nmod	_	_
5	passed	pass	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
6	both	both	DET	DT	PronType=Tot	5	obj	_	_
7	of	of	ADP	IN	_	9	case	_	_
8	her	her	PRON	PRP$	Case=Gen|Gender=Fem|Number=Sing|Person=3|Poss=Yes|PronType=Prs	9	nmod:poss	_	_
9	rivals	rival	NOUN	NNS	Number=Plur	6	nmod	_	_
10	on	on	ADP	IN	_	13	case	_	_
11	the	the	DET	DT	Definite=Def|PronType=Art	13	det	_	_
12	last	last	ADJ	JJ	Degree=Pos	13	amod	_	_
13	lap	lap	NOUN	NN	Number=Sing	5	obl	_	SpaceAfter=No
14	.	.	PUNCT	.	_	5	punct	_	_

# sent_id = sample-074
# text = A storm is coming, and nobody has closed the shutters.
1	A	a	DET	DT	Definite=Ind|PronType=Art	2	det	_	_
2	storm	storm	NOUN	NN	Number=Sing	4	nsubj	_	_
3	is	be	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	4	aux	_	_
4	coming	come	VERB	VBG	Tense=Pres|VerbForm=Part	0	root	_	SpaceAfter=No
5	,	,	PUNCT	,	_	9	punct	_	_
6	and	and	CCONJ	CC	_	9	cc	_	_
7	nobody	nobody	PRON	NN	Number=Sing|PronType=Neg	9	nsubj	_	_
8	has	have	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	9	aux	_	_
9	closed	close	VERB	VBN	Tense=Past|VerbForm=Part	4	conj	_	_
10	the	the	DET	DT	Definite=Def|PronType=Art	11	det	_	_
11	shutters	shutter	NOUN	NNS	Number=Plur	9	obj	_	SpaceAfter=No
12	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-075
# text = They named their boat after a singer who was born in the harbor town.
1	They	they	PRON	PRP	Case=Nom|Number=Plur|Person=3|PronType=Prs	2	nsubj	_	_
2	named	name	VERB	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
3	their	their	PRON	PRP$	Case=Gen|Number=Plur|Person=3|Poss=Yes|PronType=Prs	4	nmod:poss	_	_
4	boat	boat	NOUN	NN	Number=Sing	2	obj	_	_
5	after	after	ADP	IN	_	7	case	_	_
6	a	a	DET	DT	Definite=Ind|PronType=Art	7	det	_	_
7	singer	singer	NOUN	NN	Number=Sing	2	obl	_	_
8	who	who	PRON	WP	PronType=Rel	10	nsubj:pass	_	_
9	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	10	aux:pass	_	_
10	born	bear	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	7	acl:relcl	_	_
11	in	in	ADP	IN	_	14	case	_	_
12	the	the	DET	DT	Definite=Def|PronType=Art	14	det	_	_
13	harbor	harbor	NOUN	NN	Number=Sing	14	compound	_	_
14	town	town	NOUN	NN	Number=Sing	10	obl	_	SpaceAfter=No
15	.	.	PUNCT	.	_	2	punct	_	_

# sent_id = sample-076
# text = To learn a language well, you have to make many mistakes.
1	To	to	PART	TO	_	2	mark	_	_
2	learn	learn	VERB	VB	VerbForm=Inf	8	advcl	_	_
3	a	a	DET	DT	Definite=Ind|PronType=Art	4	det	_	_
4	language	language	NOUN	NN	Number=Sing	2	obj	_	_
5	well	well	ADV	RB	Degree=Pos	2	advmod	_	SpaceAfter=No
6	,	,	PUNCT	,	_	2	punct	_	_
7	you	you	PRON	PRP	Case=Nom|Person=2|PronType=Prs	8	nsubj	_	_
8	have	have	VERB	VBP	Mood=Ind|Number=Sing|Person=2|Tense=Pres|VerbForm=Fin	0	root	_	_
9	to	to	PART	TO	_	10	mark	_	_
10	make	make	VERB	VB	VerbForm=Inf	8	xcomp	_	_
11	many	many	ADJ	JJ	Degree=Pos	12	amod	_	_
12	mistakes	mistake	NOUN	NNS	Number=Plur	10	obj	_	SpaceAfter=No
13	.	.	PUNCT	.	_	8	punct	_	_

# sent_id = sample-077
# text = The tailor cut the cloth, the tailor sewed the cloth, and the tailor sold the coat.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	tailor	tailor	NOUN	NN	Number=Sing	3	nsubj	_	_
3	cut	cut	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
5	cloth	cloth	NOUN	NN	Number=Sing	3	obj	_	SpaceAfter=No
6	,	,	PUNCT	,	_	9	punct	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
8	tailor	tailor	NOUN	NN	Number=Sing	9	nsubj	_	_
9	sewed	sew	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	3	conj	_	_
10	the	the	DET	DT	Definite=Def|PronType=Art	11	det	_	_
11	cloth	cloth	NOUN	NN	Number=Sing	9	obj	_	SpaceAfter=No
12	,	,	PUNCT	,	_	16	punct	_	_
13	and	and	CCONJ	CC	_	16	cc	_	_
14	the	the	DET	DT	Definite=Def|PronType=Art	15	det	_	_
15	tailor	tailor	NOUN	NN	Number=Sing	16	nsubj	_	_
16	sold	sell	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	3	conj	_	_
17	the	the	DET	DT	Definite=Def|PronType=Art	18	det	_	_
18	coat	coat	NOUN	NN	Number=Sing	16	obj	_	SpaceAfter=No
19	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-078
# text = Not everyone agrees with the mayor's plan to move the market.
1	Not	not	PART	RB	Polarity=Neg	2	advmod	_	_
2	everyone	everyone	PRON	NN	Number=Sing|PronType=Tot	3	nsubj	_	_
3	agrees	agree	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
4	with	with	ADP	IN	_	8	case	_	_
5	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
6-7	mayor's	_	_	_	_	_	_	_	_
6	mayor	mayor	NOUN	NN	Number=Sing	8	nmod:poss	_	_
7	's	's	PART	POS	_	6	case	_	_
8	plan	plan	NOUN	NN	Number=Sing	3	obl	_	_
9	to	to	PART	TO	_	10	mark	_	_
10	move	move	VERB	VB	VerbForm=Inf	8	acl	_	_
11	the	the	DET	DT	Definite=Def|PronType=Art	12	det	_	_
12	market	market	NOUN	NN	Number=Sing	10	obj	_	SpaceAfter=No
13	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-079
# text = Behind the curtain stood a boy holding a candle.
1	Behind	behind	ADP	IN	_	3	case	_	_
2	the	the	DET	DT	Definite=Def|PronType=Art	3	det	_	_
3	curtain	curtain	NOUN	NN	Number=Sing	4	obl	_	_
4	stood	stand	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
5	a	a	DET	DT	Definite=Ind|PronType=Art	6	det	_	_
6	boy	boy	NOUN	NN	Number=Sing	4	nsubj	_	_
7	holding	hold	VERB	VBG	VerbForm=Ger	6	acl	_	_
8	a	a	DET	DT	Definite=Ind|PronType=Art	9	det	_	_
9	candle	candle	NOUN	NN	Number=Sing	7	obj	_	SpaceAfter=No
10	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-080
# text = Your offer looks generous; however, it will cost us a fortune.
1	Your	your	PRON	PRP$	Case=Gen|Person=2|Poss=Yes|PronType=Prs	2	nmod:poss	_	_
2	offer	offer	NOUN	NN	Number=Sing	3	nsubj	_	_
3	looks	look	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
4	generous	generous	ADJ	JJ	Degree=Pos	3	xcomp	_	SpaceAfter=No
5	;	;	PUNCT	:	_	10	punct	_	_
6	however	however	ADV	RB	_	10	advmod	_	SpaceAfter=No
7	,	,	PUNCT	,	_	6	punct	_	_
8	it	it	PRON	PRP	Case=Nom|Gender=Neut|Number=Sing|Person=3|PronType=Prs	10	nsubj	_	_
9	will	will	AUX	MD	VerbForm=Fin	10	aux	_	_
10	cost	cost	VERB	VB	VerbForm=Inf	3	parataxis	_	_
11	us	we	PRON	PRP	Case=Acc|Number=Plur|Person=1|PronType=Prs	10	iobj	_	_
12	a	a	DET	DT	Definite=Ind|PronType=Art	13	det	_	_
13	fortune	fortune	NOUN	NN	Number=Sing	10	obj	_	SpaceAfter=No
14	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-081
# text = The captain gave the order, but the sailors who heard it did not obey.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	captain	captain	NOUN	NN	Number=Sing	3	nsubj	_	_
3	gave	give	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
5	order	order	NOUN	NN	Number=Sing	3	obj	_	SpaceAfter=No
6	,	,	PUNCT	,	_	15	punct	_	_
7	but	but	CCONJ	CC	_	15	cc	_	_
8	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
9	sailors	sailor	NOUN	NNS	Number=Plur	15	nsubj	_	_
10	who	who	PRON	WP	PronType=Rel	11	nsubj	_	_
11	heard	hear	VERB	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	9	acl:relcl	_	_
12	it	it	PRON	PRP	Case=Acc|Gender=Neut|Number=Sing|Person=3|PronType=Prs	11	obj	_	_
13	did	do	AUX	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	15	aux	_	_
14	not	not	PART	RB	Polarity=Neg	15	advmod	_	_
15	obey	obey	VERB	VB	VerbForm=Inf	3	conj	_	SpaceAfter=No
16	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-082
# text = How long does the ferry take to cross the strait?
1	How	how	ADV	WRB	PronType=Int	2	advmod	_	_
2	long	long	ADV	RB	Degree=Pos	6	advmod	_	_
3	does	do	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	6	aux	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
5	ferry	ferry	NOUN	NN	Number=Sing	6	nsubj	_	_
6	take	take	VERB	VB	VerbForm=Inf	0	root	_	_
7	to	to	PART	TO	_	8	mark	_	_
8	cross	cross	VERB	VB	VerbForm=Inf	6	advcl	_	_
9	the	the	DET	DT	Definite=Def|PronType=Art	10	det	_	_
10	strait	strait	NOUN	NN	Number=Sing	8	obj	_	SpaceAfter=No
11	?	?	PUNCT	.	_	6	punct	_	_

# sent_id = sample-083
# text = The paintings in the hall near the main entrance were restored last spring.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	paintings	painting	NOUN	NNS	Number=Plur	11	nsubj:pass	_	_
3	in	in	ADP	IN	_	5	case	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
5	hall	hall	NOUN	NN	Number=Sing	2	nmod	_	_
6	near	near	ADP	IN	_	9	case	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
8	main	main	ADJ	JJ	Degree=Pos	9	amod	_	_
9	entrance	entrance	NOUN	NN	Number=Sing	5	nmod	_	_
10	were	be	AUX	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	11	aux:pass	_	_
11	restored	restore	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	0	root	_	_
12	last	last	ADJ	JJ	Degree=Pos	13	amod	_	_
13	spring	spring	NOUN	NN	Number=Sing	11	obl:unmarked	_	SpaceAfter=No
14	.	.	PUNCT	.	_	11	punct	_	_

# sent_id = sample-084
# text = As the sun set behind the dunes, the camels grew restless.
1	As	as	SCONJ	IN	_	4	mark	_	_
2	the	the	DET	DT	Definite=Def|PronType=Art	3	det	_	_
3	sun	sun	NOUN	NN	Number=Sing	4	nsubj	_	_
4	set	set	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	11	advcl	_	_
5	behind	behind	ADP	IN	_	7	case	_	_
6	the	the	DET	DT	Definite=Def|PronType=Art	7	det	_	_
7	dunes	dune	NOUN	NNS	Number=Plur	4	obl	_	SpaceAfter=No
8	,	,	PUNCT	,	_	4	punct	_	_
9	the	the	DET	DT	Definite=Def|PronType=Art	10	det	_	_
10	camels	camel	NOUN	NNS	Number=Plur	11	nsubj	_	_
11	grew	grow	VERB	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
12	restless	restless	ADJ	JJ	Degree=Pos	11	xcomp	_	SpaceAfter=No
13	.	.	PUNCT	.	_	11	punct	_	_

# sent_id = sample-085
# text = Would you rather visit the castle or walk in the forest?
1	Would	would	AUX	MD	VerbForm=Fin	4	aux	_	_
2	you	you	PRON	PRP	Case=Nom|Person=2|PronType=Prs	4	nsubj	_	_
3	rather	rather	ADV	RB	_	4	advmod	_	_
4	visit	visit	VERB	VB	VerbForm=Inf	0	root	_	_
5	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
6	castle	castle	NOUN	NN	Number=Sing	4	obj	_	_
7	or	or	CCONJ	CC	_	8	cc	_	_
8	walk	walk	VERB	VB	VerbForm=Inf	4	conj	_	_
9	in	in	ADP	IN	_	11	case	_	_
10	the	the	DET	DT	Definite=Def|PronType=Art	11	det	_	_
11	forest	forest	NOUN	NN	Number=Sing	8	obl	_	SpaceAfter=No
12	?	?	PUNCT	.	_	4	punct	_	_

# sent_id = sample-086
# text = The baby's first word was moon, and her second word was milk.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2-3	baby's	_	_	_	_	_	_	_	_
2	baby	baby	NOUN	NN	Number=Sing	5	nmod:poss	_	_
3	's	's	PART	POS	_	2	case	_	_
4	first	first	ADJ	JJ	Degree=Pos|NumForm=Word|NumType=Ord	5	amod	_	_
5	word	word	NOUN	NN	Number=Sing	7	nsubj	_	_
6	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	7	cop	_	_
7	moon	moon	NOUN	NN	Number=Sing	0	root	_	SpaceAfter=No
8	,	,	PUNCT	,	_	14	punct	_	_
9	and	and	CCONJ	CC	_	14	cc	_	_
10	her	her	PRON	PRP$	Case=Gen|Gender=Fem|Number=Sing|Person=3|Poss=Yes|PronType=Prs	12	nmod:poss	_	_
11	second	second	ADJ	JJ	Degree=Pos|NumForm=Word|NumType=Ord	12	amod	_	_
12	word	word	NOUN	NN	Number=Sing	14	nsubj	_	_
13	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	14	cop	_	_
14	milk	milk	NOUN	NN	Number=Sing	7	conj	_	SpaceAfter=No
15	.	.	PUNCT	.	_	7	punct	_	_

# sent_id = sample-087
# text = We still haven't decided who will drive the truck.
1	We	we	PRON	PRP	Case=Nom|Number=Plur|Person=1|PronType=Prs	5	nsubj	_	_
2	still	still	ADV	RB	_	5	advmod	_	_
3-4	haven't	_	_	_	_	_	_	_	_
3	have	have	AUX	VBP	Mood=Ind|Number=Plur|Person=1|Tense=Pres|VerbForm=Fin	5	aux	_	_
4	n't	n't	PART	RB	Polarity=Neg	5	advmod	_	_
5	decided	decide	VERB	VBN	Tense=Past|VerbForm=Part	0	root	_	_
6	who	who	PRON	WP	PronType=Int	8	nsubj	_	_
7	will	will	AUX	MD	VerbForm=Fin	8	aux	_	_
8	drive	drive	VERB	VB	VerbForm=Inf	5	ccomp	_	_
9	the	the	DET	DT	Definite=Def|PronType=Art	10	det	_	_
10	truck	truck	NOUN	NN	Number=Sing	8	obj	_	SpaceAfter=No
11	.	.	PUNCT	.	_	5	punct	_	_

# sent_id = sample-088
# text = Having lost the race, the young rider went home alone.
1	Having	have	AUX	VBG	Tense=Pres|VerbForm=Part	2	aux	_	_
2	lost	lose	VERB	VBN	Tense=Past|VerbForm=Part	9	advcl	_	_
3	the	the	DET	DT	Definite=Def|PronType=Art	4	det	_	_
4	race	race	NOUN	NN	Number=Sing	2	obj	_	SpaceAfter=No
5	,	,	PUNCT	,	_	2	punct	_	_
6	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
7	young	young	ADJ	JJ	Degree=Pos	8	amod	_	_
8	rider	rider	NOUN	NN	Number=Sing	9	nsubj	_	_
9	went	go	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
10	home	home	ADV	RB	_	9	advmod	_	_
11	alone	alone	ADV	RB	_	9	advmod	_	SpaceAfter=No
12	.	.	PUNCT	.	_	9	punct	_	_

# sent_id = sample-089
# text = She is the only one of the sisters who speaks Turkish.
1	She	she	PRON	PRP	Case=Nom|Gender=Fem|Number=Sing|Person=3|PronType=Prs	5	nsubj	_	_
2	is	be	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	5	cop	_	_
3	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
4	only	only	ADJ	JJ	Degree=Pos	5	amod	_	_
5	one	one	NOUN	NN	Number=Sing	0	root	_	_
6	of	of	ADP	IN	_	8	case	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
8	sisters	sister	NOUN	NNS	Number=Plur	5	nmod	_	_
9	who	who	PRON	WP	PronType=Rel	10	nsubj	_	_
10	speaks	speak	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	5	acl:relcl	_	_
11	Turkish	Turkish	PROPN	NNP	Number=Sing	10	obj	_	SpaceAfter=No
12	.	.	PUNCT	.	_	5	punct	_	_

# sent_id = sample-090
# text = The factory that makes these engines employs five thousand people.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	factory	factory	NOUN	NN	Number=Sing	7	nsubj	_	_
3	that	that	PRON	WDT	PronType=Rel	4	nsubj	_	_
4	makes	make	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	2	acl:relcl	_	_
5	these	this	DET	DT	Number=Plur|PronType=Dem	6	det	_	_
6	engines	engine	NOUN	NNS	Number=Plur	4	obj	_	_
7	employs	employ	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
8	five	five	NUM	CD	NumForm=Word|NumType=Card	9	compound	_	_
9	thousand	thousand	NUM	CD	NumForm=Word|NumType=Card	10	nummod	_	_
10	people	people	NOUN	NNS	Number=Plur	7	obj	_	SpaceAfter=No
11	.	.	PUNCT	.	_	7	punct	_	_

# sent_id = sample-091
# text = Wait here while I ask the porter for the other suitcase.
1	Wait	wait	VERB	VB	Mood=Imp|VerbForm=Fin	0	root	_	_
2	here	here	ADV	RB	PronType=Dem	1	advmod	_	_
3	while	while	SCONJ	IN	_	5	mark	_	_
4	I	I	PRON	PRP	Case=Nom|Number=Sing|Person=1|PronType=Prs	5	nsubj	_	_
5	ask	ask	VERB	VBP	Mood=Ind|Number=Sing|Person=1|Tense=Pres|VerbForm=Fin	1	advcl	_	_
6	the	the	DET	DT	Definite=Def|PronType=Art	7	det	_	_
7	porter	porter	NOUN	NN	Number=Sing	5	obj	_	_
8	for	for	ADP	IN	_	11	case	_	_
9	the	the	DET	DT	Definite=Def|PronType=Art	11	det	_	_
10	other	other	ADJ	JJ	Degree=Pos	11	amod	_	_
11	suitcase	suitcase	NOUN	NN	Number=Sing	5	obl	_	SpaceAfter=No
12	.	.	PUNCT	.	_	1	punct	_	_

# sent_id = sample-092
# text = Honey never spoils if it is kept in a closed jar.
1	Honey	honey	NOUN	NN	Number=Sing	3	nsubj	_	_
2	never	never	ADV	RB	PronType=Neg	3	advmod	_	_
3	spoils	spoil	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
4	if	if	SCONJ	IN	_	7	mark	_	_
5	it	it	PRON	PRP	Case=Nom|Gender=Neut|Number=Sing|Person=3|PronType=Prs	7	nsubj:pass	_	_
6	is	be	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	7	aux:pass	_	_
7	kept	keep	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	3	advcl	_	_
8	in	in	ADP	IN	_	11	case	_	_
9	a	a	DET	DT	Definite=Ind|PronType=Art	11	det	_	_
10	closed	closed	ADJ	JJ	Degree=Pos	11	amod	_	_
11	jar	jar	NOUN	NN	Number=Sing	7	obl	_	SpaceAfter=No
12	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-093
# text = The twins look alike, but one of them has a scar above his eye.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	twins	twin	NOUN	NNS	Number=Plur	3	nsubj	_	_
3	look	look	VERB	VBP	Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
4	alike	alike	ADJ	JJ	Degree=Pos	3	xcomp	_	SpaceAfter=No
5	,	,	PUNCT	,	_	10	punct	_	_
6	but	but	CCONJ	CC	_	10	cc	_	_
7	one	one	NUM	CD	NumForm=Word|NumType=Card	10	nsubj	_	_
8	of	of	ADP	IN	_	9	case	_	_
9	them	they	PRON	PRP	Case=Acc|Number=Plur|Person=3|PronType=Prs	7	nmod	_	_
10	has	have	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	3	conj	_	_
11	a	a	DET	DT	Definite=Ind|PronType=Art	12	det	_	_
12	scar	scar	NOUN	NN	Number=Sing	10	obj	_	_
13	above	above	ADP	IN	_	15	case	_	_
14	his	his	PRON	PRP$	Case=Gen|Gender=Masc|Number=Sing|Person=3|Poss=Yes|PronType=Prs	15	nmod:poss	_	_
15	eye	eye	NOUN	NN	Number=Sing	12	nmod	_	SpaceAfter=No
16	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-094
# text = It was the youngest student who solved the problem.
1	It	it	PRON	PRP	Case=Nom|Gender=Neut|Number=Sing|Person=3|PronType=Prs	5	expl	_	_
2	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	5	cop	_	_
3	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
4	youngest	young	ADJ	JJS	Degree=Sup	5	amod	_	_
5	student	student	NOUN	NN	Number=Sing	0	root	_	_
6	who	who	PRON	WP	PronType=Rel	7	nsubj	_	_
7	solved	solve	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	5	advcl:relcl	_	_
8	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
9	problem	problem	NOUN	NN	Number=Sing	7	obj	_	SpaceAfter=No
10	.	.	PUNCT	.	_	5	punct	_	_

# sent_id = sample-095
# text = Professor Abara explained the theory so clearly that even the guests understood it.
1	Professor	Professor	PROPN	NNP	Number=Sing	2	nmod:desc	_	_
2	Abara	Abara	PROPN	NNP	Number=Sing	3	nsubj	_	_
3	explained	explain	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
5	theory	theory	NOUN	NN	Number=Sing	3	obj	_	_
6	so	so	ADV	RB	_	7	advmod	_	_
7	clearly	clearly	ADV	RB	_	3	advmod	_	_
8	that	that	SCONJ	IN	_	12	mark	_	_
9	even	even	ADV	RB	_	11	advmod	_	_
10	the	the	DET	DT	Definite=Def|PronType=Art	11	det	_	_
11	guests	guest	NOUN	NNS	Number=Plur	12	nsubj	_	_
12	understood	understand	VERB	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	7	advcl	_	_
13	it	it	PRON	PRP	Case=Acc|Gender=Neut|Number=Sing|Person=3|PronType=Prs	12	obj	_	SpaceAfter=No
14	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-096
# text = Thousands of tiny frogs crossed the road after the rain.
1	Thousands	thousand	NOUN	NNS	Number=Plur	5	nsubj	_	_
2	of	of	ADP	IN	_	4	case	_	_
3	tiny	tiny	ADJ	JJ	Degree=Pos	4	amod	_	_
4	frogs	frog	NOUN	NNS	Number=Plur	1	nmod	_	_
5	crossed	cross	VERB	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
6	the	the	DET	DT	Definite=Def|PronType=Art	7	det	_	_
7	road	road	NOUN	NN	Number=Sing	5	obj	_	_
8	after	after	ADP	IN	_	10	case	_	_
9	the	the	DET	DT	Definite=Def|PronType=Art	10	det	_	_
10	rain	rain	NOUN	NN	Number=Sing	5	obl	_	SpaceAfter=No
11	.	.	PUNCT	.	_	5	punct	_	_

# sent_id = sample-097
# text = The teacher handed each student a pencil and a sheet of paper.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	teacher	teacher	NOUN	NN	Number=Sing	3	nsubj	_	_
3	handed	hand	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	each	each	DET	DT	PronType=Tot	5	det	_	_
5	student	student	NOUN	NN	Number=Sing	3	iobj	_	_
6	a	a	DET	DT	Definite=Ind|PronType=Art	7	det	_	_
7	pencil	pencil	NOUN	NN	Number=Sing	3	obj	_	_
8	and	and	CCONJ	CC	_	10	cc	_	_
9	a	a	DET	DT	Definite=Ind|PronType=Art	10	det	_	_
10	sheet	sheet	NOUN	NN	Number=Sing	7	conj	_	_
11	of	of	ADP	IN	_	12	case	_	_
12	paper	paper	NOUN	NN	Number=Sing	10	nmod	_	SpaceAfter=No
13	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-098
# text = Yes, the clocks in this house are always wrong.
1	Yes	yes	INTJ	UH	Polarity=Pos	10	discourse	_	SpaceAfter=No
2	,	,	PUNCT	,	_	1	punct	_	_
3	the	the	DET	DT	Definite=Def|PronType=Art	4	det	_	_
4	clocks	clock	NOUN	NNS	Number=Plur	10	nsubj	_	_
5	in	in	ADP	IN	_	7	case	_	_
6	this	this	DET	DT	Number=Sing|PronType=Dem	7	det	_	_
7	house	house	NOUN	NN	Number=Sing	4	nmod	_	_
8	are	be	AUX	VBP	Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin	10	cop	_	_
9	always	always	ADV	RB	PronType=Tot	10	advmod	_	_
10	wrong	wrong	ADJ	JJ	Degree=Pos	0	root	_	SpaceAfter=No
11	.	.	PUNCT	.	_	10	punct	_	_

# sent_id = sample-099
# text = The captain's orders were clear: nobody could leave the ship.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2-3	captain's	_	_	_	_	_	_	_	_
2	captain	captain	NOUN	NN	Number=Sing	4	nmod:poss	_	_
3	's	's	PART	POS	_	2	case	_	_
4	orders	order	NOUN	NNS	Number=Plur	6	nsubj	_	_
5	were	be	AUX	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	6	cop	_	_
6	clear	clear	ADJ	JJ	Degree=Pos	0	root	_	SpaceAfter=No
7	:	:	PUNCT	:	_	10	punct	_	_
8	nobody	nobody	PRON	NN	Number=Sing|PronType=Neg	10	nsubj	_	_
9	could	could	AUX	MD	VerbForm=Fin	10	aux	_	_
10	leave	leave	VERB	VB	VerbForm=Inf	6	parataxis	_	_
11	the	the	DET	DT	Definite=Def|PronType=Art	12	det	_	_
12	ship	ship	NOUN	NN	Number=Sing	10	obj	_	SpaceAfter=No
13	.	.	PUNCT	.	_	6	punct	_	_

# sent_id = sample-100
# text = Rosalind told Beatrix about the garden, and Beatrix told Rosalind about the pond.
1	Rosalind	Rosalind	PROPN	NNP	Number=Sing	2	nsubj	_	_
2	told	tell	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
3	Beatrix	Beatrix	PROPN	NNP	Number=Sing	2	iobj	_	_
4	about	about	ADP	IN	_	6	case	_	_
5	the	the	DET	DT	Definite=Def|PronType=Art	6	det	_	_
6	garden	garden	NOUN	NN	Number=Sing	2	obl	_	SpaceAfter=No
7	,	,	PUNCT	,	_	10	punct	_	_
8	and	and	CCONJ	CC	_	10	cc	_	_
9	Beatrix	Beatrix	PROPN	NNP	Number=Sing	10	nsubj	_	_
10	told	tell	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	2	conj	_	_
11	Rosalind	Rosalind	PROPN	NNP	Number=Sing	10	iobj	_	_
12	about	about	ADP	IN	_	14	case	_	_
13	the	the	DET	DT	Definite=Def|PronType=Art	14	det	_	_
14	pond	pond	NOUN	NN	Number=Sing	10	obl	_	SpaceAfter=No
15	.	.	PUNCT	.	_	2	punct	_	_

# sent_id = sample-101
# text = I am ready to show you the laboratory, Ms. Thornbury.
1	I	I	PRON	PRP	Case=Nom|Number=Sing|Person=1|PronType=Prs	3	nsubj	_	_
2	am	be	AUX	VBP	Mood=Ind|Number=Sing|Person=1|Tense=Pres|VerbForm=Fin	3	cop	_	_
3	ready	ready	ADJ	JJ	Degree=Pos	0	root	_	_
4	to	to	PART	TO	_	5	mark	_	_
5	show	show	VERB	VB	VerbForm=Inf	3	xcomp	_	_
6	you	you	PRON	PRP	Case=Acc|Person=2|PronType=Prs	5	iobj	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
8	laboratory	laboratory	NOUN	NN	Number=Sing	5	obj	_	SpaceAfter=No
9	,	,	PUNCT	,	_	11	punct	_	_
10	Ms.	Ms.	PROPN	NNP	Abbr=Yes|Number=Sing	11	nmod:desc	_	_
11	Thornbury	Thornbury	PROPN	NNP	Number=Sing	3	vocative	_	SpaceAfter=No
12	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-102
# text = Her voice was as soft as rain on a tin roof.
1	Her	her	PRON	PRP$	Case=Gen|Gender=Fem|Number=Sing|Person=3|Poss=Yes|PronType=Prs	2	nmod:poss	_	_
2	voice	voice	NOUN	NN	Number=Sing	5	nsubj	_	_
3	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	5	cop	_	_
4	as	as	ADV	RB	_	5	advmod	_	_
5	soft	soft	ADJ	JJ	Degree=Pos	0	root	_	_
6	as	as	ADP	IN	_	7	case	_	_
7	rain	rain	NOUN	NN	Number=Sing	5	obl	_	_
8	on	on	ADP	IN	_	11	case	_	_
9	a	a	DET	DT	Definite=Ind|PronType=Art	11	det	_	_
10	tin	tin	NOUN	NN	Number=Sing	11	compound	_	_
11	roof	roof	NOUN	NN	Number=Sing	7	nmod	_	SpaceAfter=No
12	.	.	PUNCT	.	_	5	punct	_	_

# sent_id = sample-103
# text = The match was postponed because of heavy rain.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	match	match	NOUN	NN	Number=Sing	4	nsubj:pass	_	_
3	was	be	AUX	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	4	aux:pass	_	_
4	postponed	postpone	VERB	VBN	Tense=Past|VerbForm=Part|Voice=Pass	0	root	_	_
5	because	because	ADP	IN	ExtPos=ADP	8	case	_	_
6	of	of	ADP	IN	_	5	fixed	_	_
7	heavy	heavy	ADJ	JJ	Degree=Pos	8	amod	_	_
8	rain	rain	NOUN	NN	Number=Sing	4	obl	_	SpaceAfter=No
9	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-104
# text = There were more than fifty guests at the wedding.
1	There	there	PRON	EX	_	2	expl	_	_
2	were	be	VERB	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
3	more	more	ADJ	JJR	Degree=Cmp|ExtPos=ADV	5	advmod	_	_
4	than	than	ADP	IN	_	3	fixed	_	_
5	fifty	fifty	NUM	CD	NumForm=Word|NumType=Card	6	nummod	_	_
6	guests	guest	NOUN	NNS	Number=Plur	2	nsubj	_	_
7	at	at	ADP	IN	_	9	case	_	_
8	the	the	DET	DT	Definite=Def|PronType=Art	9	det	_	_
9	wedding	wedding	NOUN	NN	Number=Sing	2	obl	_	SpaceAfter=No
10	.	.	PUNCT	.	_	2	punct	_	_

# sent_id = sample-105
# text = We're going to need a bigger tent.
1-2	We're	_	_	_	_	_	_	_	_
1	We	we	PRON	PRP	Case=Nom|Number=Plur|Person=1|PronType=Prs	3	nsubj	_	_
2	're	be	AUX	VBP	Mood=Ind|Number=Plur|Person=1|Tense=Pres|VerbForm=Fin	3	aux	_	_
3	going	go	VERB	VBG	Tense=Pres|VerbForm=Part	0	root	_	_
4	to	to	PART	TO	_	5	mark	_	_
5	need	need	VERB	VB	VerbForm=Inf	3	xcomp	_	_
6	a	a	DET	DT	Definite=Ind|PronType=Art	8	det	_	_
7	bigger	big	ADJ	JJR	Degree=Cmp	8	amod	_	_
8	tent	tent	NOUN	NN	Number=Sing	5	obj	_	SpaceAfter=No
9	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-106
# text = My father used to repair radios in that tiny room.
1	My	my	PRON	PRP$	Case=Gen|Number=Sing|Person=1|Poss=Yes|PronType=Prs	2	nmod:poss	_	_
2	father	father	NOUN	NN	Number=Sing	3	nsubj	_	_
3	used	use	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
4	to	to	PART	TO	_	5	mark	_	_
5	repair	repair	VERB	VB	VerbForm=Inf	3	xcomp	_	_
6	radios	radio	NOUN	NNS	Number=Plur	5	obj	_	_
7	in	in	ADP	IN	_	10	case	_	_
8	that	that	DET	DT	Number=Sing|PronType=Dem	10	det	_	_
9	tiny	tiny	ADJ	JJ	Degree=Pos	10	amod	_	_
10	room	room	NOUN	NN	Number=Sing	5	obl	_	SpaceAfter=No
11	.	.	PUNCT	.	_	3	punct	_	_

# sent_id = sample-107
# text = The fact that he apologized made his mother very happy.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	fact	fact	NOUN	NN	Number=Sing	6	nsubj	_	_
3	that	that	SCONJ	IN	_	5	mark	_	_
4	he	he	PRON	PRP	Case=Nom|Gender=Masc|Number=Sing|Person=3|PronType=Prs	5	nsubj	_	_
5	apologized	apologize	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	2	acl	_	_
6	made	make	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
7	his	his	PRON	PRP$	Case=Gen|Gender=Masc|Number=Sing|Person=3|Poss=Yes|PronType=Prs	8	nmod:poss	_	_
8	mother	mother	NOUN	NN	Number=Sing	6	obj	_	_
9	very	very	ADV	RB	_	10	advmod	_	_
10	happy	happy	ADJ	JJ	Degree=Pos	6	xcomp	_	SpaceAfter=No
11	.	.	PUNCT	.	_	6	punct	_	_

# sent_id = sample-108
# text = Wherever Quillsworth went, a gray cat followed Quillsworth.
1	Wherever	wherever	ADV	WRB	PronType=Int	3	advmod	_	_
2	Quillsworth	Quillsworth	PROPN	NNP	Number=Sing	3	nsubj	_	_
3	went	go	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	8	advcl	_	SpaceAfter=No
4	,	,	PUNCT	,	_	3	punct	_	_
5	a	a	DET	DT	Definite=Ind|PronType=Art	7	det	_	_
6	gray	gray	ADJ	JJ	Degree=Pos	7	amod	_	_
7	cat	cat	NOUN	NN	Number=Sing	8	nsubj	_	_
8	followed	follow	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
9	Quillsworth	Quillsworth	PROPN	NNP	Number=Sing	8	obj	_	SpaceAfter=No
10	.	.	PUNCT	.	_	8	punct	_	_

# sent_id = sample-109
# text = All the lamps went out when the fuse blew.
1	All	all	DET	PDT	PronType=Tot	3	det:predet	_	_
2	the	the	DET	DT	Definite=Def|PronType=Art	3	det	_	_
3	lamps	lamp	NOUN	NNS	Number=Plur	4	nsubj	_	_
4	went	go	VERB	VBD	Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin	0	root	_	_
5	out	out	ADP	RP	_	4	compound:prt	_	_
6	when	when	ADV	WRB	PronType=Int	9	advmod	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
8	fuse	fuse	NOUN	NN	Number=Sing	9	nsubj	_	_
9	blew	blow	VERB	VBD	Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin	4	advcl	_	SpaceAfter=No
10	.	.	PUNCT	.	_	4	punct	_	_

# sent_id = sample-110
# text = The problem is that nobody remembers the password.
1	The	the	DET	DT	Definite=Def|PronType=Art	2	det	_	_
2	problem	problem	NOUN	NN	Number=Sing	6	nsubj:outer	_	_
3	is	be	AUX	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	6	cop	_	_
4	that	that	SCONJ	IN	_	6	mark	_	_
5	nobody	nobody	PRON	NN	Number=Sing|PronType=Neg	6	nsubj	_	_
6	remembers	remember	VERB	VBZ	Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin	0	root	_	_
7	the	the	DET	DT	Definite=Def|PronType=Art	8	det	_	_
8	password	password	NOUN	NN	Number=Sing	6	obj	_	SpaceAfter=No
9	.	.	PUNCT	.	_	6	punct	_	_

`;
