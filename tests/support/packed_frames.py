"""Frames of 16 by 12 pixels in codings that Pillow reads and does not write: red, green, blue and white quarters.

The last two are not decoded here at all.
"""

import base64
import zlib


def _frame(packed: str) -> bytes:
    return zlib.decompress(base64.b85decode(packed))


HIGH_THROUGHPUT = _frame(
    "c-s5#|38pH-+=)L1b~=_0Rd3?%<PPe5cEHQfrEhwB=kQBsDO!qk&%^!#ewmE41=&jKm-"
    "y92nhI}!XVDT=wFbU=M~_g5SCh`V4!DYrf018e*yy+$Xv$t42=IL9}sFd$k1NG0Hhx=u!HGEj6fO)4sa&0Y+wqQ0"
    "OI}w$%!z66hcHjLF_&d@e-"
    "^JESm5bB=8ZW;od(ckT6#VqY1+dMsdc^431M6mVIGRGGRFPlc5nNHD$%VtREn$yT=)vOc;Qw;F`|ay;Wp5Y{KAV&"
    "j?h0=_?~6Na_S*FoU{o;+20c0pb#hmns-"
    "`GBv+pklYo@;NIXMu`Lv+<OX9bgR0%Vp0EEn7U&r`1J#I4V(nVAFyJ51Q)1f~E-*BOK$U4RbWF)q{m0<2<6tvT-"
    "Si-Lk;E+-Aa!cn7-"
    "mjC!5{!KQFH@q4x_<RAG6h0_iz;|H!xK&7=%Ye{P@fyApQM81;e4w4GyJ1WfxeNGWcjr@jU+c?;b|K;6|Xjy?giW"
    "U%hhW%J&=&`S%nV_w8c%`ME&>q__a2I4y08&K?Hm#-?(HJ$v@Nszy<{>2pIvDZ~Gp07fOVz5"
)
LOSSLESS = _frame(
    "c-s4a<NrGbKF5^&q*R6!1`zmvm_d+(frmkWIY^MfU68>^km3Ik25|;PAYecS9IWjBZ!z#N2Qj!aI57a_Ue77-"
    "YhYk<T-5-UpOCcxOshz(0MndotH3m>0u|931_th;JNLjstUL4aA&Ty7HwUX?%!{6V04%g!_v`~OBYN7i4-"
    "5?U|8D{ST;VA2"
)
JPEG_LS = _frame(
    "c-"
    "s4a<Npf=h2Q{BH#Y_*1_ovZ1_mA=7U1GwV`N}p)B$0j3J#zc<Nq7~zcUDO02K%@GYT>=2{JGXGW@^Az{AW4)C<%K"
    "G=RbS_@w>+D}bg5Ffj1uxIn=qPwh7Xj=x$I9|^R3bUYLUN}ga~h?x`=lyY*C0|SFd0Rw}W0fWsXPZbbaZrq}HNT5"
    "xi<B*a;N5}u002=fw4*"
)
DEEP = _frame(
    "c-s4a<Npx`aRx>pU_b`kJiPx814#xR1_4F}L5Bag7&w3`*ccerG4M1$KqxfgKVj$iiGM;(^AmZ6e{)-"
    "R=pM}DE{JZrBZj2t|4jf#;uu!"
)
