/** A message with every kind of field and of part that tests ask the forms of. */
const text = `Received: from a.example by b.example; Sun, 22 Nov 2026 11:00:00 +0100
Received: from c.example by a.example; Sun, 22 Nov 2026 10:59:00 +0100
From: =?utf-8?Q?Dr_=C3=89mile_Zola?= <emile@hopital.example>
Sender: secretariat@hopital.example
To: "Equipe: A": un@a.example, Deux <deux@a.example>;, trois@b.example, Vide:;
Cc: quatre@c.example
Cc: "Cinq, le" <cinq@c.example>
X-List: A: a@x.example;, b@x.example
X-List: c@x.example
Reply-To: <retour@hopital.example>
Subject: =?utf-8?B?w4ljaG9ncmFwaGll?= =?utf-8?Q?_du_jour?=
  suite
Message-ID: <m1@hopital.example>
In-Reply-To: <m0@hopital.example>
References: <r0@hopital.example>
 <m0@hopital.example>
Date: Sun, 22 Nov 2026 11:00:00 +0100 (CET)
X-Date: Sun, 22 Nov 2026 11:00:00 -0330
X-Links: <https://a.example/x>, <mailto:list@a.example>
X-Twice: un
X-Twice: deux
List-Post: <mailto:liste@a.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

=C3=A9=C3=A9=C3=A9 bonjour
ligne 2
--a
Content-Type: multipart/related; boundary=r

--r
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<p>=E9t=E9 <b class=3D"x">gras</b></p>
--r
Content-Type: image/png; name="logo.png"
Content-Transfer-Encoding: base64
Content-Disposition: inline
Content-ID: <logo@x>
Content-Language: fr, en
Content-Location: https://a.example/logo.png
X-Part: un

iVBORw0KGgo=
--r--
--a--
--m
Content-Type: application/pdf; name*=utf-8''R%C3%A9sultat.pdf
Content-Disposition: attachment
Content-Transfer-Encoding: base64

JVBERi0xLjc=
--m
Content-Type: message/rfc822

From: x@y.example
Subject: dedans
Content-Type: text/plain

dedans
--m
Content-Type: text/x-unknown; charset=x-nothing

octets
--m--
`;

export const everyForm = text.replaceAll('\n', '\r\n');
