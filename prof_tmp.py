import sys,time,cProfile,pstats,tempfile
from pathlib import Path
from tests.server.world import World, Clock
from fanlink.server.database import Database, sqlite_url
from fanlink.server import schema
from fanlink.server.envelopes import Envelope, asked
d=Path(tempfile.mkdtemp()); url=sqlite_url(d/"s.db"); db=Database(url); schema.prepare(db); db.close()
w=World(url,d/"a",Clock()); w.add_artist()
acc=[w.people[x].id for x in ("Fay","Gil")]
def follow(n0,n): return [asked(Envelope(id=f"c-{n0}-{i}",kind="follow_artist" if i%2 else "unfollow_artist",target="artist-ana",data={})) for i in range(n)]
def add(n0,n): return [asked(Envelope(id=f"d-{n0}-{i}",kind="add_artist",target=f"artist-{n0}-{i}",data={"name":"Someone","about":"w "*50})) for i in range(n)]
from fanlink.server.door import Request
def go(make,who,singles,rounds=10):
    def group(k):
        if singles: return [Request(w.people[who].id,[c]) for c in make(k,100)]
        return [Request(w.people[who].id,make(k,100))]
    w.door.answer_together(group(f"w{who}{singles}"),5)
    t=time.process_time()
    for k in range(rounds):
        rs=group(f"{k}x{singles}{time.time_ns()}")
        w.door.answer_together(rs,5)
        assert rs[0].result[0]["outcome"]=="accepted", rs[0].result
    return (time.process_time()-t)/rounds/100*1e6
print("us/cmd follow", go(follow,"Fay",True)); print("us/cmd add_artist", go(add,"Ana",True))
if len(sys.argv)>1:
    p=cProfile.Profile(); p.enable(); go(follow if sys.argv[1]=="follow" else add,"Fay" if sys.argv[1]=="follow" else "Ana",True); p.disable()
    pstats.Stats(p).sort_stats("tottime").print_stats(28)
