"""Tables for names in pinyin: the syllables of Mandarin, and surnames that are read unlike the character alone."""

from __future__ import annotations

_TEXT = """
a ai an ang ao ba bai ban bang bao bei ben beng bi bian biang biao bie bin bing bo bong bu ca cai can
cang cao ce cei cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan
chuang chui chun chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de den deng di dian diao die
din ding diu dong dou du duan dui dun duo e ei en eng er fa fan fang fei fen feng fiao fo fou fu ga gai
gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han hang hao he hei hen
heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju juan
jue jun ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao
le lei leng li lia lian liang liao lie lin ling liu lo long lou lu luan lun luo lv lve ma mai man mang
mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nian
niang niao nie nin ning niu nong nou nu nuan nun nuo nv nve o ou pa pai pan pang pao pei pen peng pi
pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang
rao re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang
shao she shen sheng shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo
ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen
weng wo wong wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin
ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhen
zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
"""
SYLLABLES: tuple[str, ...] = tuple(_TEXT.split())
"""Every syllable a character can have, without tone, ü as v."""

SURNAMES: dict[str, tuple[str, ...]] = {
    "单": ("shan",),
    "仇": ("qiu",),
    "解": ("xie",),
    "区": ("ou",),
    "查": ("zha",),
    "曾": ("zeng",),
    "朴": ("piao",),
    "盖": ("ge", "gai"),
    "翟": ("zhai",),
    "召": ("shao",),
    "缪": ("miao",),
    "种": ("chong",),
    "员": ("yun",),
    "折": ("she",),
    "黑": ("he",),
    "覃": ("qin",),
    "秘": ("bi",),
    "祭": ("zhai",),
    "隗": ("wei", "kui"),
    "繁": ("po",),
    "能": ("nai",),
    "洗": ("xian",),
    "冼": ("xian",),
    "阚": ("kan",),
    "乐": ("yue",),
    "重": ("chong",),
    "句": ("gou",),
    "薄": ("bo",),
    "藏": ("zang",),
    "佴": ("nai",),
    "颉": ("xie",),
    "粘": ("nian",),
    "角": ("jue",),
    "郇": ("xun",),
    "长": ("chang",),
    "卜": ("bu",),
    "乜": ("nie",),
    "牟": ("mu", "mou"),
    "炅": ("gui",),
    "适": ("kuo",),
    "蔚": ("yu", "wei"),
    "尉": ("wei", "yu"),
    "任": ("ren",),
    "华": ("hua",),
    "宁": ("ning",),
    "纪": ("ji",),
    "石": ("shi",),
    "沈": ("shen",),
    "谌": ("chen", "shen"),
    "郗": ("xi", "chi"),
    "车": ("che",),
    "贾": ("jia",),
    "葛": ("ge",),
    "盛": ("sheng",),
    "那": ("na",),
    "哈": ("ha",),
    "万": ("wan",),
    "晃": ("huang",),
    "相": ("xiang",),
    "曲": ("qu",),
    "干": ("gan",),
    "过": ("guo",),
    "应": ("ying",),
    "燕": ("yan",),
    "褚": ("chu",),
    "宿": ("su",),
    "柏": ("bai",),
    "令": ("ling",),
    "莘": ("shen", "xin"),
    "余": ("yu",),
    "於": ("yu",),
    "幺": ("yao",),
    "宓": ("mi", "fu"),
    "逄": ("pang",),
    "呙": ("guo",),
    "笪": ("da",),
    "厍": ("she",),
}
"""Readings as a surname, the likeliest first; the character's own reading is searched for as well."""

COMPOUND_SURNAMES: dict[str, tuple[str, str]] = {
    "尉迟": ("yu", "chi"),
    "子车": ("zi", "ju"),
    "澹台": ("tan", "tai"),
    "万俟": ("mo", "qi"),
    "单于": ("chan", "yu"),
    "乐正": ("yue", "zheng"),
    "库狄": ("she", "di"),
    "吐谷": ("tu", "yu"),
    "冒顿": ("mo", "du"),
    "长孙": ("zhang", "sun"),
    "鲜于": ("xian", "yu"),
    "令狐": ("ling", "hu"),
    "呼延": ("hu", "yan"),
    "贺兰": ("he", "lan"),
}
"""Surnames of two characters that single readings get wrong, or that hold a character of SURNAMES."""
